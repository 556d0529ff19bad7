//! Request types: path parameters, query parameters and the body, flat in one struct.
use super::{request_ident, type_of};
use crate::names;
use crate::spec::{Body, Op, QueryKind, Response, Scope, Spec};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A request type for every operation that could have a handler.
pub fn emit(spec: &Spec) -> TokenStream {
    spec.ops
        .iter()
        .filter(|op| op.scope != Scope::ByHand)
        .map(request)
        .collect()
}

/// The field of a query parameter; a path parameter or the body keeps the plain name.
fn query_field(op: &Op, name: &str) -> Ident {
    let snake = names::snake(name);
    if op.params.iter().any(|p| names::snake(&p.name) == snake) || snake == "body" {
        return names::ident(&format!("{snake}_query"));
    }
    names::ident(&snake)
}

fn request(op: &Op) -> TokenStream {
    let name = request_ident(op);
    let doc = format!("`{} {}`", op.method, op.path);
    let mut fields = Vec::new();
    let mut reads = Vec::new();
    for param in &op.params {
        let (field, wire) = (names::field(&param.name), &param.name);
        fields.push(quote!(pub #field: String));
        reads.push(quote!(#field: input.path(#wire)));
    }
    for param in &op.query {
        let (field, wire) = (query_field(op, &param.name), &param.name);
        let (ty, read) = match param.kind {
            QueryKind::Text => (quote!(Option<String>), quote!(text)),
            QueryKind::Texts => (quote!(Vec<String>), quote!(texts)),
            QueryKind::Flag => (quote!(bool), quote!(flag)),
            QueryKind::Int => (quote!(i64), quote!(int)),
            QueryKind::AnyFlag => (quote!(AnyFlag), quote!(any_flag)),
            QueryKind::AnyInt => (quote!(AnyInt), quote!(any_int)),
            QueryKind::Page => (quote!(i64), quote!(page)),
            QueryKind::PerPage => (quote!(i64), quote!(per_page)),
        };
        fields.push(quote!(pub #field: #ty));
        reads.push(quote!(#field: input.#read(#wire)));
    }
    match &op.body {
        Body::None => {}
        Body::Json { ty, .. } => {
            let ty = type_of(ty);
            fields.push(quote!(pub body: #ty));
            reads.push(quote!(body: input.body()?));
        }
        Body::Raw => {
            fields.push(quote!(pub body: RawBody));
            reads.push(quote!(body: input.raw()));
        }
    }
    if op.response == Response::Raw {
        // ranges and conditions of what is streamed
        fields.push(quote!(pub headers: http::HeaderMap));
        reads.push(quote!(headers: std::mem::take(&mut input.headers)));
    }
    quote! {
        #[doc = #doc]
        #[derive(Debug)]
        pub struct #name { #(#fields),* }
        impl Request for #name {
            fn decode(mut input: Input) -> Result<Self, model::WireError> {
                Ok(Self { #(#reads),* })
            }
        }
    }
}
