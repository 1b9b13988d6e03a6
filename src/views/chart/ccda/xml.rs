//! XML as a tree, and the one place where such a tree becomes text: everything in it is escaped here, and what no XML may hold is
//! left out.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Content>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Content {
    Element(Element),
    Text(String),
}

/// An element of that name with nothing in it.
pub(super) const fn el(name: &'static str) -> Element {
    Element { name, attributes: Vec::new(), content: Vec::new() }
}

impl Element {
    /// With an attribute.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an element at the end of its content.
    #[must_use]
    pub(super) fn holding(mut self, one: Self) -> Self {
        self.content.push(Content::Element(one));
        self
    }

    /// With these elements at the end of its content.
    #[must_use]
    pub(super) fn all(mut self, several: impl IntoIterator<Item = Self>) -> Self {
        self.content.extend(several.into_iter().map(Content::Element));
        self
    }

    /// With a text at the end of its content.
    #[must_use]
    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.content.push(Content::Text(text.into()));
        self
    }

    /// The document that it is the root of.
    ///
    /// # Errors
    /// Never: the memory that is written to refuses nothing.
    pub(super) fn document(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.write(&mut writer)?;
        Ok(writer.into_inner())
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, sound(value).as_str()));
        }
        if self.content.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        for piece in &self.content {
            match piece {
                Content::Element(element) => element.write(writer)?,
                Content::Text(text) => writer.write_event(Event::Text(BytesText::new(&sound(text))))?,
            }
        }
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// `text` without what XML 1.0 forbids or discourages, a replacement character in its place; and without the characters that turn
/// the direction of what follows them, which would reach beyond the text. Letters that run from the right stay.
fn sound(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let replaced = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        c if c.is_control() || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) => '\u{fffd}',
        c => c,
    };
    text.chars().filter(|c| !turns(c)).map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(element: &Element) -> String {
        String::from_utf8(element.document().unwrap()).unwrap()
    }

    #[test]
    fn nothing_that_is_text_becomes_markup() {
        let hostile = "a]]><b x='1' y=\"2\">&amp;<!--\r";
        let said = written(&el("x").with("v", hostile).holding(el("y")).text(hostile));
        let escaped = "a]]&gt;&lt;b x=&apos;1&apos; y=&quot;2&quot;&gt;&amp;amp;&lt;!--&#13;";
        assert_eq!(
            said,
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><x v=\"{escaped}\"><y/>{escaped}</x>")
        );
    }

    #[test]
    fn what_no_xml_may_hold_is_left_out_and_letters_stay() {
        assert_eq!(sound("a\0b\u{1b}c\u{fffe}d\u{85}e\t"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\t");
        assert_eq!(sound("\u{202e}דנה כהן\u{202c} \u{2067}x"), "דנה כהן x");
    }
}
