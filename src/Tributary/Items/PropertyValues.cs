using System.Text.Json;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Walks the stored properties of an item as typed values: <c>foreach ((Property property, PropertyValue value) in new PropertyValues(bytes, schema))</c>.
/// </summary>
/// <remarks>
/// What does not fit the schema is passed over, one element or the whole property: a schema can have moved on since the item was stored, and an item that cannot
/// be read at one place should be found by its others. Bytes that are no JSON throw, as only a broken store has them. Annotations are passed over.
/// </remarks>
internal ref struct PropertyValues
{
    private readonly Schema _schema;
    private readonly bool _isEmpty;
    private Utf8JsonReader _reader;
    private bool _isStarted;

    public PropertyValues(ReadOnlySpan<byte> properties, Schema schema)
    {
        _schema = schema;
        _isEmpty = properties.IsEmpty;
        _reader = new Utf8JsonReader(properties);
    }

    public (Property Property, PropertyValue Value) Current { readonly get; private set; }

    private delegate bool TryReadElement<T>(ref Utf8JsonReader reader, out T value);

    public readonly PropertyValues GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            if (_isEmpty || !_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = _schema.IndexOf(_reader.ValueSpan);
            _reader.Read();
            if (index >= 0)
            {
                Property property = _schema.Properties[index];
                if (TryRead(property.Type, out PropertyValue value))
                {
                    Current = (property, value);
                    return true;
                }
            }
            else
            {
                _reader.Skip();
            }
        }

        return false;
    }

    /// <summary>Reads the value at which the reader stands and leaves it at the value's last token, whatever comes of it.</summary>
    private bool TryRead(PropertyType type, out PropertyValue value)
    {
        value = default;
        switch (type)
        {
            case PropertyType.String when TryText(ref _reader, out string text):
                value = new PropertyValue(text);
                return true;
            case PropertyType.Int64 when TryInt64(ref _reader, out long number):
                value = PropertyValue.OfInt64(number);
                return true;
            case PropertyType.Double when TryDouble(ref _reader, out double number):
                value = new PropertyValue(number);
                return true;
            case PropertyType.DateTime when TryTicks(ref _reader, out long ticks):
                value = PropertyValue.OfUtcTicks(ticks);
                return true;
            case PropertyType.Boolean when _reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                value = PropertyValue.OfBoolean(_reader.TokenType == JsonTokenType.True);
                return true;
            case PropertyType.StringCollection when TryArray(ref _reader, TryText, out string[] texts, out int count):
                value = PropertyValue.OfTexts(type, texts, count);
                return true;
            case PropertyType.Int64Collection when TryArray(ref _reader, TryInt64, out long[] numbers, out int count):
                value = PropertyValue.OfNumbers(type, numbers, count);
                return true;
            case PropertyType.DoubleCollection when TryArray(ref _reader, TryDouble, out double[] numbers, out int count):
                value = PropertyValue.OfDoubles(numbers, count);
                return true;
            case PropertyType.DateTimeCollection when TryArray(ref _reader, TryTicks, out long[] ticks, out int count):
                value = PropertyValue.OfNumbers(type, ticks, count);
                return true;
            case PropertyType.Principal when _reader.TokenType == JsonTokenType.StartObject:
            case PropertyType.PrincipalCollection when _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray:
                List<string> names = ReadPrincipals(ref _reader);
                value = PropertyValue.OfTexts(type, [.. names], names.Count);
                return true;
            default:
                _reader.Skip();
                return false;
        }
    }

    private static bool TryText(ref Utf8JsonReader reader, out string text)
    {
        text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return reader.TokenType == JsonTokenType.String;
    }

    private static bool TryInt64(ref Utf8JsonReader reader, out long number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number);
    }

    private static bool TryDouble(ref Utf8JsonReader reader, out double number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out number) && double.IsFinite(number);
    }

    private static bool TryTicks(ref Utf8JsonReader reader, out long ticks)
    {
        ticks = 0;
        if (reader.TokenType != JsonTokenType.String
            || !(reader.ValueIsEscaped
                ? GraphDateTime.TryParse(reader.GetString(), out DateTimeOffset instant)
                : GraphDateTime.TryParse(reader.ValueSpan, out instant)))
        {
            return false;
        }

        ticks = instant.UtcTicks;
        return true;
    }

    private static bool TryArray<T>(ref Utf8JsonReader reader, TryReadElement<T> tryRead, out T[] values, out int count)
    {
        values = [];
        count = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!tryRead(ref reader, out T value))
            {
                reader.Skip();
                continue;
            }

            if (count == values.Length)
            {
                Array.Resize(ref values, Math.Max(4, count * 2));
            }

            values[count++] = value;
        }

        return true;
    }

    /// <summary>The names within one principal or any number of them, in either shape of a collection; the values of all other members are passed over.</summary>
    private static List<string> ReadPrincipals(ref Utf8JsonReader reader)
    {
        var names = new List<string>();
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            bool isName = reader.ValueTextEquals("entraDisplayName"u8) || reader.ValueTextEquals("upn"u8) || reader.ValueTextEquals("email"u8)
                || reader.ValueTextEquals("externalName"u8);
            if (isName && reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } name)
            {
                names.Add(name);
            }
        }

        return names;
    }
}
