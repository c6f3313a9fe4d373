/*!
Determines the order of the fields of structs, because a schema has its keys in alphabetical order.
*/

use std::cell::RefCell;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// The fields of every struct that a `T` can hold.
pub fn field_orders<T: for<'de> Deserialize<'de>>() -> Vec<&'static [&'static str]> {
    let orders = RefCell::new(Vec::new());
    T::deserialize(FieldOrderRecorder { field_orders: &orders, placeholder_text: PLACEHOLDER_TEXT })
        .map(drop)
        .expect("a value for every field");
    orders.into_inner()
}

/// Gives each type one value: one entry for each list and map, the first variant for each enum.
#[derive(Clone, Copy)]
struct FieldOrderRecorder<'a> {
    field_orders: &'a RefCell<Vec<&'static [&'static str]>>,
    /// The value of a text.
    placeholder_text: &'static str,
}

/// A text that is also a valid date.
const PLACEHOLDER_TEXT: &str = "2020-09-01";

/// The single key of a list or map.
const PLACEHOLDER_MAP_KEYS: &[&str] = &[PLACEHOLDER_TEXT];

impl<'de> Deserializer<'de> for FieldOrderRecorder<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.placeholder_text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(false)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(0)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(0)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(0)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(0)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(0.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(OneValuePerKey { recorder: self, keys: PLACEHOLDER_MAP_KEYS.iter() })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(OneValuePerKey { recorder: self, keys: PLACEHOLDER_MAP_KEYS.iter() })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.field_orders.borrow_mut().push(fields);
        visitor.visit_map(OneValuePerKey { recorder: self, keys: fields.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let first: StrDeserializer<Error> = variants[0].into_deserializer();
        visitor.visit_enum(first)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u32 i128 u128 f32 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

/// One value for each key; a list gets as many values.
struct OneValuePerKey<'a> {
    recorder: FieldOrderRecorder<'a>,
    keys: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for OneValuePerKey<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.keys.next().map(|_| seed.deserialize(self.recorder)).transpose()
    }
}

impl<'de> MapAccess<'de> for OneValuePerKey<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        // A key with its position, a `Spanned`, is a struct.
        self.keys
            .next()
            .map(|key| seed.deserialize(FieldOrderRecorder { placeholder_text: key, ..self.recorder }))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.recorder)
    }
}
