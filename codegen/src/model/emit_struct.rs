//! Structs: the type itself, its field table, decoding by field number, exact encoding.
use super::facts::{Field, Models};
use super::go_type::GoType;
use crate::names;
use crate::problems::Problems;
use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

const FACTS: &str = "spec/facts/models.json";

/// One wire name of a struct: where the value is and how it is written. Embedded structs are flattened into their owner.
struct Wire {
    json: String,
    path: Vec<Ident>,
    skip: Option<TokenStream>,
    float: bool,
}

/// Every struct of the facts.
pub fn emit_all(models: &Models, problems: &mut Problems) -> TokenStream {
    let mut out = TokenStream::new();
    for (name, fields) in &models.structs {
        out.extend(emit(name, fields, models, problems));
    }
    out
}

fn emit(name: &str, fields: &[Field], models: &Models, problems: &mut Problems) -> TokenStream {
    let ty = names::ident(name);
    let mut members = Vec::new();
    for field in fields {
        let ident = member(field);
        if field.embedded {
            let inner = names::ident(field.go.trim_start_matches('*'));
            members.push(quote!(pub #ident: #inner));
            continue;
        }
        match GoType::parse(&field.go, models) {
            Some(go) => {
                let ty = go
                    .as_field(field.omitempty, boxed(name, &go, models))
                    .tokens;
                members.push(quote!(pub #ident: #ty));
            }
            None => problems.add(
                FACTS,
                &format!("{name}.{}", field.field),
                format!(
                    "unknown type {}; give the field a type in spec/overlay/models.yaml",
                    field.go
                ),
            ),
        }
    }
    let wires: Vec<Wire> = flatten(fields, models, &[]).into_values().collect();
    let jsons: Vec<&str> = wires.iter().map(|w| w.json.as_str()).collect();
    let count = wires.len();
    let set = wires.iter().enumerate().map(|(i, w)| {
        let path = &w.path;
        quote!(#i => crate::wire::put(&mut self.#(#path).*, value))
    });
    let encode = wires.iter().map(encode_field);
    let text = ty.to_string();
    let doc = format!("`{name}` as it goes over the wire.");
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #ty { #(#members),* }
        impl #ty {
            /// The wire names, embedded ones included.
            pub const FIELDS: &'static [&'static str] = &[#(#jsons),*];
        }
        impl crate::wire::Record for #ty {
            const NAME: &'static str = #text;
            const FIELDS: &'static [&'static str] = #ty::FIELDS;
            fn set(&mut self, field: usize, value: serde_json::Value) -> Result<(), crate::wire::WireError> {
                match field { #(#set,)* _ => { drop(value); Ok(()) } }
            }
        }
        impl serde::Serialize for #ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_imports)]
                use serde::ser::SerializeStruct;
                #[allow(unused_mut)]
                let mut out = serializer.serialize_struct(#text, #count)?;
                #(#encode)*
                out.end()
            }
        }
        crate::wire::record!(#ty);
    }
}

fn encode_field(w: &Wire) -> TokenStream {
    let (json, path) = (&w.json, &w.path);
    let value = if w.float {
        quote!(&crate::wire::Number(*value))
    } else {
        quote!(value)
    };
    let write = quote!(out.serialize_field(#json, #value)?;);
    match &w.skip {
        Some(test) => {
            quote!({ let value = &self.#(#path).*; if !(#test) { #write } else { out.skip_field(#json)?; } })
        }
        None => quote!({ let value = &self.#(#path).*; #write }),
    }
}

/// The Rust name of a field; embedded structs are called as their type.
fn member(field: &Field) -> Ident {
    if field.embedded {
        return names::field(field.go.trim_start_matches('*'));
    }
    names::field(field.json.as_deref().unwrap_or(&field.field))
}

/// Wire names in order. An outer name hides the same name of an embedded struct, as in Go.
fn flatten(fields: &[Field], models: &Models, prefix: &[Ident]) -> IndexMap<String, Wire> {
    let own: BTreeSet<&str> = fields.iter().filter_map(|f| f.json.as_deref()).collect();
    let mut out = IndexMap::new();
    for field in fields {
        let mut path = prefix.to_vec();
        path.push(member(field));
        if field.embedded {
            let Some(inner) = models.structs.get(field.go.trim_start_matches('*')) else {
                continue;
            };
            for (json, wire) in flatten(inner, models, &path) {
                if !own.contains(json.as_str()) {
                    out.entry(json).or_insert(wire);
                }
            }
            continue;
        }
        let json = field.json.clone().unwrap_or_else(|| field.field.clone());
        let Some(go) = GoType::parse(&field.go, models) else {
            continue;
        };
        let skip = go.as_field(field.omitempty, false).is_empty;
        out.insert(
            json.clone(),
            Wire {
                json,
                path,
                skip,
                float: go == GoType::Float,
            },
        );
    }
    out
}

/// Would `owner` hold itself through this field?
fn boxed(owner: &str, go: &GoType, models: &Models) -> bool {
    let mut todo: Vec<String> = go.held_struct().map(str::to_owned).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if name == owner {
            return true;
        }
        if !seen.insert(name.clone()) {
            continue;
        }
        for field in models.structs.get(&name).into_iter().flatten() {
            if let Some(held) = GoType::parse(&field.go, models)
                .as_ref()
                .and_then(GoType::held_struct)
            {
                todo.push(held.to_owned());
            }
        }
    }
    false
}
