//! Values against their texts: whatever value there is, its exact JSON form, its stored form and (for temporal
//! values within reach of the calendar) its ISO text give it back.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_model::Value;
use jaal_model::value::text::{TaggedValue, TaggedValueBuf};
use jaal_model::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time};
use proptest::prelude::*;

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(-0.0), Just(0.1), Just(1e300)]
}

/// Seconds from the year -290 million to 290 million, with the years that people live in well covered.
fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![-10_000_000_000_i64..10_000_000_000, any::<i64>()]
}

fn nanos() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(500_000_000), 0_u32..1_000_000_000]
}

fn temporal() -> impl Strategy<Value = Value> {
    let offset = prop_oneof![Just(0), Just(18_000), -64_800_i32..=64_800];
    let zone = proptest::option::of("[A-Z][a-z]{1,8}/[A-Z][a-z_]{1,8}");
    prop_oneof![
        prop_oneof![-1_000_000_i64..1_000_000, any::<i64>()].prop_map(|d| Value::Date(Date::from_days(d))),
        (0_u64..86_400_000_000_000).prop_map(|n| Value::LocalTime(LocalTime(n))),
        (0_u64..86_400_000_000_000, offset.clone())
            .prop_map(|(n, offset_s)| Value::Time(Time { local: LocalTime(n), offset_s })),
        (seconds(), nanos())
            .prop_map(|(seconds, nanos)| Value::LocalDateTime(LocalDateTime { seconds, nanos })),
        (seconds(), nanos(), offset, zone).prop_map(|(seconds, nanos, offset_s, zone)| {
            Value::DateTime(DateTime { seconds, nanos, offset_s, zone })
        }),
        (any::<i64>(), any::<i64>(), any::<i64>(), nanos()).prop_map(|(months, days, seconds, nanos)| {
            Value::Duration(Duration { months, days, seconds, nanos: nanos as i32 })
        }),
    ]
}

/// Temporal values whose parts are out of range, as only damaged data has them.
fn irregular() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(|n| Value::LocalTime(LocalTime(n))),
        (any::<u64>(), any::<i32>())
            .prop_map(|(n, offset_s)| Value::Time(Time { local: LocalTime(n), offset_s })),
        (any::<i64>(), any::<u32>(), any::<i32>(), proptest::option::of(".{1,6}")).prop_map(
            |(seconds, nanos, offset_s, zone)| {
                Value::DateTime(DateTime { seconds, nanos, offset_s, zone })
            }
        ),
        (any::<i64>(), any::<i64>(), any::<i64>(), any::<i32>()).prop_map(
            |(months, days, seconds, nanos)| Value::Duration(Duration { months, days, seconds, nanos })
        ),
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        float().prop_map(Value::Float),
        ".{0,12}".prop_map(Value::Str),
        temporal(),
        irregular(),
        (any::<u32>(), float(), float(), proptest::option::of(float()))
            .prop_map(|(srid, x, y, z)| Value::Point(Point { srid, x, y, z })),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            proptest::collection::btree_map(".{0,6}", inner, 0..5).prop_map(Value::Map),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_exact_json_form_gives_the_value_back(value in value()) {
        let json = serde_json::to_string(&TaggedValue(&value)).unwrap();
        let back: TaggedValueBuf = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&back.0, &value, "{}", json);
        prop_assert_eq!(back.0.value_type(), value.value_type());
    }

    #[test]
    fn the_stored_form_gives_the_value_back(value in value()) {
        let mut bytes = Vec::new();
        value.to_wire(&mut bytes);
        prop_assert_eq!(Value::from_wire(&bytes).unwrap(), value);
    }

    #[test]
    fn any_value_prints_and_has_plain_json(value in value()) {
        let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap();
        let text = value.to_string();
        match &value {
            Value::Str(plain) => prop_assert_eq!(&text, plain),
            Value::Null => prop_assert!(json.is_null()),
            Value::Date(_) | Value::DateTime(_) | Value::Duration(_) => {
                prop_assert_eq!(json.as_str(), Some(text.as_str()));
            }
            _ => {}
        }
    }

    #[test]
    fn iso_texts_give_temporal_values_back(value in temporal()) {
        let text = value.to_string();
        let back = match &value {
            // Beyond twelve digits of year the text is not exact, and is not read.
            Value::Date(date) if date.days().abs() > 300_000_000_000_000 => return Ok(()),
            Value::LocalDateTime(v) if v.seconds.abs() > 9_000_000_000_000_000_000 => return Ok(()),
            Value::DateTime(v) if v.seconds.abs() > 9_000_000_000_000_000_000 => return Ok(()),
            Value::Date(_) => Date::parse_iso(&text).map(Value::Date),
            Value::LocalTime(_) => LocalTime::parse_iso(&text).map(Value::LocalTime),
            Value::Time(_) => Time::parse_iso(&text).map(Value::Time),
            Value::LocalDateTime(_) => LocalDateTime::parse_iso(&text).map(Value::LocalDateTime),
            Value::DateTime(_) => DateTime::parse_iso(&text).map(Value::DateTime),
            Value::Duration(_) => Duration::parse(&text).map(Value::Duration),
            _ => None,
        };
        prop_assert_eq!(back, Some(value), "{}", text);
    }

    #[test]
    fn no_text_upsets_the_parsers(text in prop_oneof![".{0,24}", "[-+0-9TZ:.PDHMSWY\\[\\]]{0,24}"]) {
        // A parser that takes a text gives a value that prints to a text with the same meaning.
        if let Some(date) = Date::parse_iso(&text) {
            prop_assert_eq!(Date::parse_iso(&date.to_string()), Some(date));
        }
        if let Some(time) = Time::parse_iso(&text) {
            prop_assert_eq!(Time::parse_iso(&time.to_string()), Some(time));
        }
        if let Some(clock) = LocalDateTime::parse_iso(&text) {
            prop_assert_eq!(LocalDateTime::parse_iso(&clock.to_string()), Some(clock));
        }
        if let Some(instant) = DateTime::parse_iso(&text) {
            prop_assert_eq!(DateTime::parse_iso(&instant.to_string()), Some(instant));
        }
        if let Some(duration) = Duration::parse(&text) {
            prop_assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
        }
    }
}

#[test]
fn the_exact_json_form_refuses_what_it_does_not_know() {
    for json in [
        "{}",
        "{\"colour\": 1}",
        "{\"date\": \"soon\"}",
        "{\"float\": \"x\"}",
        "{\"date\": \"2025-10-04\", \"float\": \"1\"}",
        "9223372036854775808",
        "1.5",
    ] {
        assert!(serde_json::from_str::<TaggedValueBuf>(json).is_err(), "{json}");
    }
    let json = "{\"map\": {\"a\": [1, {\"datetime\": \"2025-10-04T13:05:00+05:00\"}]}}";
    let TaggedValueBuf(value) = serde_json::from_str(json).unwrap();
    assert_eq!(value.to_string(), "{a: [1, 2025-10-04T13:05:00+05:00]}");
}

#[test]
fn the_exact_json_form_nests_as_deep_as_the_stored_one() {
    let mut value = Value::Int(1);
    for _ in 0..64 {
        value = Value::List(vec![value]);
    }
    let json = serde_json::to_string(&TaggedValue(&value)).unwrap();
    assert_eq!(serde_json::from_str::<TaggedValueBuf>(&json).unwrap().0, value);
}
