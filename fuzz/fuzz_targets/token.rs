#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| dialogporten_fuzz::law("token")(data));
