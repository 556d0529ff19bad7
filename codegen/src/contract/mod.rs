//! The contract generator: operations in; request types, traits, the `OPERATIONS` table and the routes out.
//! How a request runs is hand-written in `src/contract`; this only lists what differs between operations.
mod requests;
mod routes;
mod table;
mod traits;

use crate::model::GoType;
use crate::names;
use crate::spec::{Op, Scope, Spec};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The whole generated text of the contract crate.
pub fn generate(spec: &Spec) -> TokenStream {
    let mut out = quote! {
        use crate::body::{Input, RawBody};
        use crate::gate::Gate;
        use crate::operation::*;
        use crate::query::{AnyFlag, AnyInt};
        use crate::reply::{Empty, Outcome, Raw, Reply, StatusOk};
        use crate::run::{prepare, Handler, Request, Route};
        use std::future::Future;
    };
    out.extend(requests::emit(spec));
    out.extend(traits::emit(spec));
    out.extend(table::emit(spec));
    out.extend(routes::emit(spec));
    out
}

/// `CreatePost`: the request type.
fn request_ident(op: &Op) -> Ident {
    names::ident(&names::pascal(&op.id))
}

/// `create_post`: the trait method.
fn method_ident(op: &Op) -> Ident {
    names::ident(&names::snake(&names::pascal(&op.id)))
}

/// The trait of a tag.
fn trait_ident(tag: &str) -> Ident {
    names::ident(&tag.split('_').map(names::pascal).collect::<String>())
}

fn implemented(op: &Op) -> bool {
    op.scope == Scope::Implemented
}

/// A model type as seen from the contract crate.
pub(crate) fn type_of(ty: &GoType) -> TokenStream {
    match ty {
        GoType::LooseBool => quote!(bool),
        GoType::Enum(name) | GoType::Struct(name) => {
            let name = names::ident(name);
            quote!(model::#name)
        }
        GoType::List(inner) => {
            let inner = type_of(inner);
            quote!(Vec<#inner>)
        }
        GoType::Map(inner) => {
            let inner = type_of(inner);
            quote!(std::collections::BTreeMap<String, #inner>)
        }
        GoType::Pointer(inner) => {
            let inner = type_of(inner);
            quote!(Option<#inner>)
        }
        plain => plain.plain(),
    }
}
