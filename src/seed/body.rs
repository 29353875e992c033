//! The request that would create a dialog: what a service owner sends for an average case. Two transmissions, two
//! activities, three buttons, three attachments with two links each, three search tags, every text in two languages,
//! 24 words to be found by.

use std::fmt::Write;

use super::{Chance, Outline, vocabulary};

const STATUSES: [&str; 5] = [
    "NotApplicable",
    "InProgress",
    "RequiresAttention",
    "Awaiting",
    "Completed",
];

/// The body of `POST /api/v1/serviceowner/dialogs`.
pub fn body(outline: &Outline, chance: &mut Chance) -> String {
    let mut body = Body {
        json: String::with_capacity(5_000),
        chance,
    };
    body.dialog(outline);
    body.json
}

/// Texts below hold nothing that JSON escapes.
struct Body<'a> {
    json: String,
    chance: &'a mut Chance,
}

impl Body<'_> {
    fn put(&mut self, text: &str) {
        self.json.push_str(text);
    }

    /// Writing to a text cannot fail.
    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.json.write_fmt(text);
    }

    fn dialog(&mut self, o: &Outline) {
        self.write(format_args!(
            r#"{{"id":"{}","idempotentKey":"seed-{:x}-{}","serviceResource":"{}","party":"{}","createdAt":"{}","updatedAt":"{}""#,
            o.id,
            o.seed,
            o.number,
            o.resource_urn(),
            o.party_urn(),
            o.created_at,
            o.changed_at,
        ));
        for (name, moment) in [("dueAt", o.due_at), ("expiresAt", o.expires_at)] {
            if let Some(moment) = moment {
                self.write(format_args!(r#","{name}":"{moment}""#));
            }
        }
        let status = self.chance.one_of(&STATUSES).unwrap_or("Completed");
        self.write(format_args!(
            r#","status":"{status}","systemLabel":"{}""#,
            o.system_label
        ));
        if self.chance.happens(0.3) {
            let progress = self.chance.below(101);
            self.write(format_args!(r#","progress":{progress}"#));
        }
        if self.chance.happens(0.2) {
            let case = self.chance.below(10_000);
            self.write(format_args!(
                r#","serviceOwnerContext":{{"serviceOwnerLabels":[{{"value":"case-{case:04}"}}]}}"#
            ));
        }
        self.put(r#","content":{"title":"#);
        self.value(3);
        self.put(r#","summary":"#);
        self.value(6);
        self.put(r#","additionalInfo":"#);
        self.value(4);
        self.put(r#"},"searchTags":["#);
        let mut tags = Vec::new();
        self.list(3, |body, _| {
            let mut number = body.number();
            // A tag is given once.
            while tags.contains(&number) {
                number += 1;
            }
            tags.push(number);
            let [tag, _] = vocabulary::word(number);
            body.write(format_args!(r#"{{"value":"{tag}"}}"#));
        });
        self.put(r#"],"attachments":["#);
        self.list(3, |body, n| body.attachment(o, n));
        self.put(r#"],"guiActions":["#);
        self.list(3, |body, n| body.gui_action(o, n));
        self.put(r#"],"transmissions":["#);
        self.list(2, |body, n| body.transmission(o, n));
        self.put(r#"],"activities":["#);
        self.write(format_args!(
            r#"{{"type":"DialogCreated","createdAt":"{}","performedBy":{{"actorType":"ServiceOwner"}}}},"#,
            o.created_at
        ));
        self.write(format_args!(
            r#"{{"type":"Information","createdAt":"{}","performedBy":{{"actorType":"ServiceOwner"}},"description":"#,
            o.changed_at
        ));
        self.texts(2);
        self.put("}]}");
    }

    fn list(&mut self, count: usize, mut item: impl FnMut(&mut Self, usize)) {
        for n in 0..count {
            if n > 0 {
                self.put(",");
            }
            item(self, n);
        }
    }

    /// Of a word.
    fn number(&mut self) -> u64 {
        self.chance.skewed(vocabulary::WORDS, 3.0)
    }

    fn value(&mut self, words: usize) {
        self.put(r#"{"value":"#);
        self.texts(words);
        self.put("}");
    }

    fn texts(&mut self, words: usize) {
        let words: Vec<_> = (0..words)
            .map(|_| vocabulary::word(self.number()))
            .collect();
        for (language, code) in ["nb", "en"].into_iter().enumerate() {
            let start = if language == 0 { "[" } else { "," };
            self.write(format_args!(
                r#"{start}{{"languageCode":"{code}","value":""#
            ));
            for (n, word) in words.iter().enumerate() {
                if n > 0 {
                    self.put(" ");
                }
                self.put(&word[language]);
            }
            self.put(r#""}"#);
        }
        self.put("]");
    }

    fn attachment(&mut self, o: &Outline, n: usize) {
        self.put(r#"{"displayName":"#);
        self.texts(1);
        self.write(format_args!(
            r#","urls":[{{"url":"https://example.com/files/{id}/{n}.pdf","mediaType":"application/pdf","consumerType":"Gui"}},{{"url":"https://example.com/api/{id}/{n}","mediaType":"application/json","consumerType":"Api"}}]}}"#,
            id = o.number,
        ));
    }

    fn gui_action(&mut self, o: &Outline, n: usize) {
        let (action, priority, nb, en) = [
            ("write", "Primary", "Fyll ut", "Fill in"),
            ("sign", "Secondary", "Signer", "Sign"),
            ("read", "Tertiary", "Les mer", "Read more"),
        ][n % 3];
        self.write(format_args!(
            r#"{{"action":"{action}","priority":"{priority}","url":"https://example.com/{action}/{}","title":[{{"languageCode":"nb","value":"{nb}"}},{{"languageCode":"en","value":"{en}"}}]}}"#,
            o.number,
        ));
    }

    /// The first from the service owner, the second sometimes from the party.
    fn transmission(&mut self, o: &Outline, n: usize) {
        let from_party = n == 1 && self.chance.happens(0.3);
        let (kind, sender, at) = match (n, from_party) {
            (_, true) => (
                "Submission",
                r#"{"actorType":"PartyRepresentative","actorName":"Kari Nordmann"}"#,
                o.changed_at,
            ),
            (0, _) => (
                "Information",
                r#"{"actorType":"ServiceOwner"}"#,
                o.created_at,
            ),
            _ => ("Decision", r#"{"actorType":"ServiceOwner"}"#, o.changed_at),
        };
        self.write(format_args!(
            r#"{{"type":"{kind}","createdAt":"{at}","sender":{sender},"content":{{"title":"#
        ));
        self.value(1);
        self.put(r#","summary":"#);
        self.value(1);
        self.put("}}");
    }
}
