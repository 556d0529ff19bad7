//! Numeric limits as constants, one module per source package.
use crate::names;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

/// `limits::model::POST_MESSAGE_MAX_RUNES_V2`, … and `limits::regexes`.
pub fn emit(limits: &Value) -> TokenStream {
    let mut modules = Vec::new();
    for (package, constants) in limits.as_object().into_iter().flatten() {
        let module = names::field(package);
        let constants: Vec<_> = constants
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(constant)
            .collect();
        let doc = format!("Limits of `{package}`.");
        modules.push(quote!(#[doc = #doc] pub mod #module { #(#constants)* }));
    }
    quote! {
        /// Numbers that bound what is accepted, by the part of the original that names them.
        pub mod limits { #(#modules)* }
    }
}

fn constant((name, value): (&String, &Value)) -> Option<TokenStream> {
    let ident = names::ident(&names::snake(name).to_uppercase());
    if let Some(n) = value.as_i64() {
        let n = Literal::i64_unsuffixed(n);
        return Some(quote!(pub const #ident: i64 = #n;));
    }
    if let Some(n) = value.as_f64() {
        let n = Literal::f64_unsuffixed(n);
        return Some(quote!(pub const #ident: f64 = #n;));
    }
    value
        .as_str()
        .map(|text| quote!(pub const #ident: &str = #text;))
}
