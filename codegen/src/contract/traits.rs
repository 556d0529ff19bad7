//! One trait per tag, with a method for every implemented operation; a tag without any has no trait yet.
use super::{implemented, method_ident, request_ident, trait_ident, type_of};
use crate::spec::{Op, Response, Spec};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// All traits, and `Service`, which is all of them together.
pub fn emit(spec: &Spec) -> TokenStream {
    let mut tags: BTreeMap<&str, Vec<&Op>> = BTreeMap::new();
    for op in spec.ops.iter().filter(|op| implemented(op)) {
        tags.entry(&op.tag).or_default().push(op);
    }
    let mut out = TokenStream::new();
    let mut names = Vec::new();
    for (tag, ops) in &tags {
        let name = trait_ident(tag);
        let doc = format!("The operations of `{tag}`.");
        let methods = ops.iter().map(|op| method(op));
        out.extend(quote!(#[doc = #doc] pub trait #name: Gate { #(#methods)* }));
        names.push(name);
    }
    quote! {
        #out
        /// Everything the router needs: the gate and each tag with an implemented operation.
        pub trait Service: Gate #(+ #names)* {}
        impl<S: Gate #(+ #names)*> Service for S {}
    }
}

fn method(op: &Op) -> TokenStream {
    let (name, request, answer) = (method_ident(op), request_ident(op), answer(op));
    let doc = format!("`{} {}`", op.method, op.path);
    quote! {
        #[doc = #doc]
        fn #name(&self, caller: Self::Caller, req: #request) -> impl Future<Output = Result<#answer, Self::Error>> + Send;
    }
}

fn answer(op: &Op) -> TokenStream {
    match &op.response {
        Response::Json { ty, .. } => {
            let ty = type_of(ty);
            quote!(Reply<#ty>)
        }
        Response::Ok => quote!(Reply<StatusOk>),
        Response::Raw => quote!(Raw),
        Response::Empty => quote!(Reply<Empty>),
    }
}
