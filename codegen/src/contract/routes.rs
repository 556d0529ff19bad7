//! The route list: each operation's row, and a thin function from a decoded request to its trait method.
use super::{implemented, method_ident, request_ident, trait_ident};
use crate::spec::{Op, Response, Scope, Spec};
use proc_macro2::TokenStream;
use quote::quote;

/// `routes::<S>()`, in the order of `OPERATIONS`.
pub fn emit(spec: &Spec) -> TokenStream {
    let routes = spec
        .ops
        .iter()
        .enumerate()
        .filter(|(_, op)| op.scope != Scope::ByHand)
        .map(|(i, op)| route(i, op));
    quote! {
        pub(crate) fn routes<S: Service>() -> Vec<Route<S>> {
            vec![#(#routes),*]
        }
    }
}

fn route(number: usize, op: &Op) -> TokenStream {
    let request = request_ident(op);
    if let Scope::Licensed(_) = op.scope {
        return quote!(Route { op: &OPERATIONS[#number], handler: Handler::Refuse(|input| #request::decode(input).map(drop)) });
    }
    if !implemented(op) {
        return quote!(Route { op: &OPERATIONS[#number], handler: Handler::Pending });
    }
    let (method, owner) = (method_ident(op), trait_ident(&op.tag));
    let wrap = match op.response {
        Response::Json { .. } | Response::Ok => quote!(Outcome::json),
        Response::Raw => quote!(Outcome::raw),
        Response::Empty => quote!(Outcome::empty),
    };
    quote! {
        Route {
            op: &OPERATIONS[#number],
            handler: Handler::Call(|input| prepare(input, |s: S, c, r: #request| async move { #owner::#method(&s, c, r).await.map(#wrap) })),
        }
    }
}
