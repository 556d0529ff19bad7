//! The `OPERATIONS` table: every fact about every operation as constants.
use crate::model::GoType;
use crate::names;
use crate::spec::{Access, Body, Check, Class, Op, Refusal, Scope, Source, Spec};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The table, sorted by tag and id.
pub fn emit(spec: &Spec) -> TokenStream {
    let rows = spec.ops.iter().map(row);
    quote! {
        /// Every operation of the interface, sorted by tag and id.
        pub static OPERATIONS: &[Operation] = &[#(#rows),*];
    }
}

fn row(op: &Op) -> TokenStream {
    let Op {
        id,
        tag,
        method,
        path,
        status,
        files,
        head,
        clients,
        mobile,
        body_after_access,
        refuse_null,
        ..
    } = op;
    let id = names::pascal(id);
    let params = op.params.iter().map(|p| {
        let (name, class, check) = (&p.name, class(p.class), check(p.check));
        quote!(Param { name: #name, class: Class::#class, check: Check::#check })
    });
    let (access, scope, body) = (access(&op.access), scope(&op.scope), body(&op.body));
    let refusal = option(op.refusal.as_ref().map(refusal_of));
    let rate = option(
        op.rate
            .map(|(per_second, burst)| quote!(Rate { per_second: #per_second, burst: #burst })),
    );
    let bad_body = option(op.bad_body.as_ref().map(refusal_of));
    let limit = option(op.body_limit.map(|n| quote!(#n)));
    let (session, mfa, trust) = (
        op.wrapper.session,
        op.wrapper.mfa,
        op.wrapper.trust_requester,
    );
    let (busy, special) = (op.wrapper.busy, op.wrapper.special_token);
    quote! {
        Operation {
            id: #id, tag: #tag, method: #method, path: #path, params: &[#(#params),*], status: #status,
            access: #access, refusal: #refusal, scope: #scope,
            session_required: #session, mfa_required: #mfa, trust_requester: #trust, busy_503: #busy, special_token: #special,
            rate: #rate, files: #files, head: #head, bad_body: #bad_body, body_limit: #limit, clients: #clients, mobile: #mobile,
            body: #body, body_after_access: #body_after_access, refuse_null: #refuse_null,
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn refusal_of(refusal: &Refusal) -> TokenStream {
    let (status, id) = (refusal.status, &refusal.id);
    quote!(Refusal { status: #status, id: #id })
}

fn class(class: Class) -> Ident {
    format_ident!("{}", format!("{class:?}"))
}

fn check(check: Check) -> Ident {
    format_ident!("{}", format!("{check:?}"))
}

fn source(source: &Source) -> TokenStream {
    match source {
        Source::Path(name) => quote!(Source::Path(#name)),
        Source::Query(name) => quote!(Source::Query(#name)),
        Source::Body(name) => quote!(Source::Body(#name)),
    }
}

fn access(access: &Access) -> TokenStream {
    let object = |variant: &str, from: &Source, any: &[String]| {
        let (variant, from) = (format_ident!("{variant}"), source(from));
        quote!(Access::#variant { from: #from, any: &[#(#any),*] })
    };
    match access {
        Access::Nobody => quote!(Access::Nobody),
        Access::Public => quote!(Access::Public),
        Access::Session => quote!(Access::Session),
        Access::System(any) => quote!(Access::System { any: &[#(#any),*] }),
        Access::Team(from, any) => object("Team", from, any),
        Access::Channel(from, any) => object("Channel", from, any),
        Access::Post(from, any) => object("Post", from, any),
        Access::User(from, any) => {
            let from = source(from);
            quote!(Access::User { from: #from, self_or: &[#(#any),*] })
        }
        Access::InDomain(reason) => quote!(Access::InDomain { reason: #reason }),
    }
}

fn scope(scope: &Scope) -> TokenStream {
    match scope {
        Scope::Implemented => quote!(Scope::Implemented),
        Scope::Pending => quote!(Scope::Pending),
        Scope::ByHand => quote!(Scope::ByHand),
        Scope::Licensed(r) => {
            let refusal = refusal_of(r);
            quote!(Scope::Licensed(#refusal))
        }
    }
}

fn body(body: &Body) -> TokenStream {
    match body {
        Body::None => quote!(BodyKind::None),
        Body::Raw => quote!(BodyKind::Raw),
        Body::Json { ty, lenient, .. } => {
            let list = matches!(ty, GoType::List(inner) if **inner == GoType::String);
            quote!(BodyKind::Json { list: #list, lenient: #lenient })
        }
    }
}
