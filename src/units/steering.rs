//! Characters that steer what shows them.

use std::borrow::Cow;

/// Whether a character could steer a terminal, or change the order in which what
/// follows is shown, on a page too. Ends of lines and tabulators are layout.
pub(crate) fn steers(c: char) -> bool {
    let is_layout = matches!(c, '\n' | '\t');
    let is_direction =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !is_layout) || is_direction
}

/// Whether a text that somebody is to copy has to write a character as an escape: TOML
/// forbids it otherwise, or it steers.
pub(crate) fn must_be_escaped(c: char) -> bool {
    c.is_control() || steers(c)
}

/// A text that may have several lines, on one: such as a title in a line of a message.
pub(crate) fn on_one_line(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(text.replace(char::is_control, " "))
    } else {
        Cow::Borrowed(text)
    }
}
