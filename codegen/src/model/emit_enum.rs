//! Open enums: named Go strings with known values; a value nobody knows is kept as it is.
use super::facts::{Models, NamedType};
use super::go_type::GoType;
use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

/// Enums that are wanted though no struct field has their type.
const ALSO: &[&str] = &["WebsocketEventType"];

/// Every enum some struct uses, and the few others wanted.
pub fn emit_all(models: &Models) -> TokenStream {
    let mut used: BTreeSet<String> = ALSO.iter().map(|name| (*name).to_owned()).collect();
    for field in models.structs.values().flatten() {
        let mut at = GoType::parse(&field.go, models);
        while let Some(GoType::Pointer(inner) | GoType::List(inner) | GoType::Map(inner)) = at {
            at = Some(*inner);
        }
        if let Some(GoType::Enum(name)) = at {
            used.insert(name);
        }
    }
    used.iter()
        .filter_map(|name| models.named.get(name).map(|named| emit(name, named)))
        .collect()
}

/// Variants as (name, word), each word once.
fn variants(name: &str, named: &NamedType) -> Vec<(String, String)> {
    let constants: Vec<&str> = named.values.keys().map(String::as_str).collect();
    let prefix = common_prefix(name, &constants);
    let mut words = BTreeSet::new();
    let mut out = Vec::new();
    for (constant, value) in &named.values {
        let Some(word) = value.as_str() else { continue };
        if words.insert(word.to_owned()) {
            out.push((names::pascal(&constant[prefix..]), word.to_owned()));
        }
    }
    out
}

/// How many leading bytes all constants share, ending at a word's start. The type's own name is preferred.
fn common_prefix(name: &str, constants: &[&str]) -> usize {
    let good = |n: usize| {
        constants
            .iter()
            .all(|c| c.len() > n && c[n..].starts_with(|c: char| c.is_ascii_uppercase()))
    };
    if constants.iter().all(|c| c.starts_with(name)) && good(name.len()) {
        return name.len();
    }
    let Some(first) = constants.first() else {
        return 0;
    };
    (0..first.len())
        .rev()
        .find(|&n| constants.iter().all(|c| c.starts_with(&first[..n])) && good(n))
        .unwrap_or(0)
}

fn emit(name: &str, named: &NamedType) -> TokenStream {
    let doc = format!("Open enum `{name}`: words nobody knows are kept in `Other`.");
    let ty = names::ident(name);
    let list = variants(name, named);
    let idents: Vec<_> = list.iter().map(|(v, _)| names::ident(v)).collect();
    let words: Vec<_> = list.iter().map(|(_, w)| w.as_str()).collect();
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum #ty { #(#idents,)* Other(String) }
        impl #ty {
            /// The known words.
            pub const WORDS: &'static [&'static str] = &[#(#words),*];
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self { #(Self::#idents => #words,)* Self::Other(word) => word }
            }
            /// Is it the empty word?
            pub fn is_empty(&self) -> bool { self.as_str().is_empty() }
            /// Is it one of the known words?
            pub fn is_known(&self) -> bool { !matches!(self, Self::Other(_)) }
        }
        impl From<&str> for #ty {
            fn from(word: &str) -> Self {
                match word { #(#words => Self::#idents,)* other => Self::Other(other.to_owned()) }
            }
        }
        crate::wire::open_enum!(#ty);
    }
}
