//! Where the bytes of an address lie. Pages are files with `.html`; what belongs to one disclosure lies beside its page
//! under the page's number, so that a hundred thousand of them make no hundred thousand folders; a query follows an `@`,
//! written as our own links write it. `nginx` says the same to nginx.

/// What an address answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A page to be read.
    Page,
    /// Anything else, under its own name.
    File,
}

/// The file of an address, within the folder of pages.
pub(super) fn file(address: &str, form: Form) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = path.trim_start_matches('/');
    let mut file = match path.strip_prefix("disclosures/").and_then(|rest| rest.split_once('/')) {
        Some((id, rest)) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("disclosures/{id}.{}", rest.replace('/', "."))
        }
        _ if path.is_empty() => "index".to_owned(),
        _ => path.to_owned(),
    };
    if !query.is_empty() {
        file.push('@');
        file.push_str(query);
    }
    if form == Form::Page {
        file.push_str(".html");
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_a_file_of_its_own() {
        for (address, form, expected) in [
            ("/", Form::Page, "index.html"),
            ("/disclosures", Form::Page, "disclosures.html"),
            ("/disclosures?kind=policy&page=2", Form::Page, "disclosures@kind=policy&page=2.html"),
            ("/disclosures/7", Form::Page, "disclosures/7.html"),
            ("/disclosures/7/versions/2/changes", Form::Page, "disclosures/7.versions.2.changes.html"),
            ("/disclosures/7/versions/2/record.json", Form::File, "disclosures/7.versions.2.record.json"),
            ("/disclosures/7/chain", Form::Page, "disclosures/7.chain.html"),
            ("/disclosures/7/handout.pdf", Form::File, "disclosures/7.handout.pdf"),
            ("/disclosures/feed/atom", Form::File, "disclosures/feed/atom"),
            ("/catalogues/1/versions/2/catalogue.xlsx", Form::File, "catalogues/1/versions/2/catalogue.xlsx"),
            ("/log/tile/0/x001/067", Form::File, "log/tile/0/x001/067"),
        ] {
            assert_eq!(file(address, form), expected);
        }
    }
}
