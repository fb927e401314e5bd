//! Parts as a message of the event stream.

use axum::body::Bytes;

use super::Part;

/// The event that tells a page to fetch its acting forms anew.
const ASKS: &str = "asks";

/// One message with the parts, each for its own element, and, where `asks`, one that has the forms fetched.
pub(super) fn message<'a>(id: &str, parts: impl Iterator<Item = &'a Part>, asks: bool) -> Bytes {
    let mut text = String::new();
    for part in parts {
        push_data(&mut text, &format!("<hx-partial hx-target=\"#{}\" hx-swap=\"innerMorph\">", part.id));
        push_data(&mut text, &part.html);
        push_data(&mut text, "</hx-partial>");
    }
    if asks {
        // Its own message: a named one is dispatched to the page and swaps nothing.
        text.insert_str(0, &format!("event: {ASKS}\ndata: {ASKS}\n\n"));
    }
    if text.ends_with("\n\n") || text.is_empty() {
        text.push_str("data:\n");
    }
    text.push_str("id: ");
    text.push_str(id);
    text.push_str("\n\n");
    Bytes::from(text)
}

fn push_data(text: &mut String, html: &str) {
    for line in html.lines() {
        text.push_str("data: ");
        text.push_str(line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_part_is_data_and_the_id_comes_once() {
        let part = Part { id: "wall", html: "<p>\nevent: forged</p>".to_owned() };
        let text = String::from_utf8(message("7", [part].iter(), true).to_vec()).unwrap();
        assert_eq!(
            text,
            "event: asks\ndata: asks\n\ndata: <hx-partial hx-target=\"#wall\" hx-swap=\"innerMorph\">\ndata: <p>\ndata: \
             event: forged</p>\ndata: </hx-partial>\nid: 7\n\n"
        );
        assert_eq!(message("8", [].iter(), false), Bytes::from_static(b"data:\nid: 8\n\n"));
    }
}
