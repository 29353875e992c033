//! What a person does with a page, and what the page may not do.

use std::{
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::chromium::Chromium;

/// How long a page may take to show something.
const PATIENCE: Duration = Duration::from_mins(1);

/// A tab of a browser of its own, on a page of one server.
pub struct Tab {
    chromium: Chromium,
    origin: String,
}

impl Tab {
    /// A tab for the server at this address.
    pub fn of(address: &str) -> Option<Self> {
        let mut chromium = Chromium::starts()?;
        let target = chromium.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = chromium.call(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        let origin = format!("http://{address}");
        chromium.call(
            "Browser.grantPermissions",
            json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        );
        chromium.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"] {
            chromium.call(&format!("{domain}.enable"), json!({}));
        }
        // The clipboard is for the tab that has the focus.
        chromium.call(
            "Emulation.setFocusEmulationEnabled",
            json!({"enabled": true}),
        );
        let mut tab = Self { chromium, origin };
        tab.is_wide(1200, 900);
        Some(tab)
    }

    /// Goes to a page of the server.
    pub fn goes_to(&mut self, path: &str) {
        let url = format!("{}{path}", self.origin);
        // Another part of the same page would not be loaded again.
        self.chromium
            .call("Page.navigate", json!({"url": "about:blank"}));
        let answer = self.chromium.call("Page.navigate", json!({"url": url}));
        assert!(answer.get("errorText").is_none(), "{answer}");
        self.sees(&format!(
            "location.href.startsWith('{}') && document.readyState === 'complete'",
            self.origin
        ));
    }

    /// What an expression of the page yields; nothing, if the page is just giving way to another.
    pub fn finds(&mut self, expression: &str) -> Value {
        let answer = self.chromium.asks(
            "Runtime.evaluate",
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}),
        );
        let Ok(answer) = answer else {
            return Value::Null;
        };
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn sees(&mut self, expression: &str) {
        let start = Instant::now();
        while self.finds(&format!("Boolean({expression})")) != json!(true) {
            let shown = "document.body?.innerText.slice(0, 3000)";
            assert!(
                start.elapsed() < PATIENCE,
                "never saw {expression} in\n{}\n{:?}",
                self.finds(shown).as_str().unwrap_or_default(),
                self.complaints()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until an element is there and holds a text.
    pub fn reads(&mut self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        self.sees(&format!(
            "document.querySelector({selector})?.innerText.includes({text})"
        ));
    }

    /// Clicks on an element as soon as it is there.
    pub fn clicks(&mut self, selector: &str) {
        let element = format!("document.querySelector({})", json!(selector));
        self.sees(&element);
        self.finds(&format!("{element}.click()"));
    }

    /// Clicks on the button or link of this name.
    pub fn clicks_on(&mut self, name: &str) {
        let element = format!(
            "[...document.querySelectorAll('button, a')].find((one) => (one.ariaLabel ?? one.innerText) === {})",
            json!(name)
        );
        self.sees(&element);
        self.finds(&format!("{element}.click()"));
    }

    /// Chooses from a list by the text of the choice.
    pub fn chooses(&mut self, selector: &str, choice: &str) {
        let (selector, choice) = (json!(selector), json!(choice));
        let option = format!(
            "[...document.querySelectorAll({selector} + ' option')].find((one) => one.text === {choice})"
        );
        self.sees(&option);
        self.finds(&format!(
            "{{ const list = document.querySelector({selector}); list.value = {option}.value; \
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
        ));
    }

    /// Presses a key: `Tab` or `Enter`.
    pub fn presses(&mut self, key: &str) {
        let (code, text) = if key == "Enter" { (13, "\r") } else { (9, "") };
        for kind in ["keyDown", "keyUp"] {
            let mut event =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = json!(text);
            }
            self.chromium.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Makes the window this wide and high, in pixels.
    pub fn is_wide(&mut self, width: u32, height: u32) {
        self.chromium.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
    }

    /// `light` or `dark`.
    pub fn prefers(&mut self, scheme: &str) {
        self.chromium.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
    }

    /// The page as assistive technology has it: role and name of everything in it.
    pub fn accessibility(&mut self) -> Vec<(String, String)> {
        let tree = self.chromium.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().unwrap();
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        nodes
            .iter()
            .filter(|node| node["ignored"] == json!(false))
            .map(|node| (text(&node["role"]), text(&node["name"])))
            .collect()
    }

    /// A picture of what is in the window, PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        let picture = self
            .chromium
            .call("Page.captureScreenshot", json!({"format": "png"}));
        BASE64_STANDARD
            .decode(picture["data"].as_str().unwrap())
            .unwrap()
    }

    /// Errors, breaches of the content security policy, and requests to anybody else, since the tab was opened.
    fn complaints(&mut self) -> Vec<String> {
        // Whatever has happened before this is told before it is answered.
        self.finds("0");
        let events = &self.chromium.events;
        let complaint = |event: &Value| {
            let params = &event["params"];
            let is_wrong = match event["method"].as_str().unwrap_or_default() {
                "Runtime.exceptionThrown" => true,
                "Runtime.consoleAPICalled" => {
                    params["type"] == "error" || params["type"] == "assert"
                }
                "Log.entryAdded" => params["entry"]["level"] == "error",
                "Audits.issueAdded" => params["issue"]["code"] == "ContentSecurityPolicyIssue",
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or_default();
                    let own = format!("{}/", self.origin);
                    let is_own = url.starts_with(&own) || url.starts_with("data:");
                    !is_own && !url.starts_with("blob:") && url != "about:blank"
                }
                _ => false,
            };
            is_wrong.then(|| params.to_string())
        };
        events.iter().filter_map(complaint).collect()
    }

    /// Nothing went wrong, and nobody else was asked for anything.
    pub fn is_content(&mut self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    /// Waits until something went wrong.
    pub fn notices(&mut self) {
        let start = Instant::now();
        while self.complaints().is_empty() {
            assert!(start.elapsed() < PATIENCE, "nothing was noticed");
            thread::sleep(Duration::from_millis(50));
        }
    }
}
