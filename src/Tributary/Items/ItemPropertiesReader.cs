using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Checks the <c>properties</c> of an item body against the schema and copies them into the form that is stored: compact, members in the order sent, values and
/// annotations as sent, names in the schema's spelling, so that there is one spelling from here on; members that are null are left out with their annotations.
/// </summary>
/// <remarks>
/// Every item passes here, so on the good path nothing is allocated but the result: names and values are read as UTF-8 where they stand, and paths and messages
/// are made only when they are needed. The members are walked twice, because an annotation may stand before or after its property.
/// </remarks>
internal readonly ref struct ItemPropertiesReader
{
    private const string Path = "$.properties";
    private const string TypeAnnotation = "@odata.type";

    /// <summary>Schemas have at most 128 properties; an item with a value and an annotation for each still fits.</summary>
    private const int MaxOnStack = 256;

    public static readonly GraphType PropertiesType = new(GraphType.ExternalConnectors + "properties", isOpen: true);

    public static readonly GraphType PrincipalType =
        new(
            GraphType.ExternalConnectors + "principal",
            isOpen: false,
            "externalName",
            "externalId",
            "entraDisplayName",
            "entraId",
            "email",
            "upn",
            "tenantId");

    private static readonly GraphType PrincipalCollectionType = new(GraphType.ExternalConnectors + "principalCollection", isOpen: false, "principals");

    private readonly Schema _schema;
    private readonly GraphVersion _version;
    private readonly ItemOptions _options;
    private readonly Problems _problems;
    private readonly Utf8JsonWriter _writer;

    private ItemPropertiesReader(Schema schema, GraphVersion version, ItemOptions options, Problems problems, Utf8JsonWriter writer)
    {
        _schema = schema;
        _version = version;
        _options = options;
        _problems = problems;
        _writer = writer;
    }

    /// <summary>The bytes to store, or null when anything is wrong, all of which is added to <paramref name="problems"/>.</summary>
    public static ReadOnlyMemory<byte>? ReadOrNull(
        JsonElement properties, GraphVersion version, Schema schema, ItemOptions options, Problems problems)
    {
        if (properties.ValueKind != JsonValueKind.Object)
        {
            problems.Shape(Path, GraphObject.WrongShape(Path));
            return null;
        }

        int before = problems.Count;
        Scratch scratch = Scratch.Rent();
        new ItemPropertiesReader(schema, version, options, problems, scratch.Writer).Read(properties);
        ReadOnlyMemory<byte>? bytes = problems.Count == before ? scratch.ToArray() : null;
        scratch.Return();
        return bytes;
    }

    private void Read(JsonElement properties)
    {
        int before = _problems.Count;
        int memberCount = properties.GetPropertyCount();
        Span<Member> members = memberCount <= MaxOnStack ? stackalloc Member[MaxOnStack] : new Member[memberCount];
        int propertyCount = _schema.Properties.Count;
        Span<Sent> sent = propertyCount <= MaxOnStack ? stackalloc Sent[MaxOnStack] : new Sent[propertyCount];

        // 1. What is there, and what is no part of the schema.
        int position = 0;
        foreach (JsonProperty member in properties.EnumerateObject())
        {
            members[position++] = Classify(properties, member, sent);
            if (_problems.IsFull)
            {
                return;
            }
        }

        // 2. In the order sent: does each value fit, and has each annotation its value?
        int written = 0;
        position = 0;
        _writer.WriteStartObject();
        foreach (JsonProperty member in properties.EnumerateObject())
        {
            (MemberKind kind, int index) = members[position++];
            if (kind == MemberKind.Value && !sent[index].IsNull)
            {
                WriteValue(_schema.Properties[index], member.Value, sent[index]);
                written++;
            }
            else if (kind == MemberKind.Annotation)
            {
                WriteAnnotation(_schema.Properties[index], member.Value, sent[index]);
            }
        }

        _writer.WriteEndObject();
        if (written == 0 && _problems.Count == before)
        {
            _problems.Rule(Path, ItemRules.InvalidProperties, "An item needs at least one property with a value.");
        }
    }

    // ---- what a member is ----------------------------------------------------------------------------------------------------------------------

    private enum MemberKind : byte
    {
        /// <summary>An annotation that says nothing to us, such as <c>@odata.context</c>: accepted everywhere (protocol 6.3), not stored.</summary>
        Ignored,

        /// <summary>Not of the schema, or there a second time; a problem was added.</summary>
        Refused,

        Value,

        /// <summary>An <c>@odata.type</c> of a property of the schema.</summary>
        Annotation,
    }

    private readonly record struct Member(MemberKind Kind, int Index);

    /// <summary>What the body has for one property of the schema.</summary>
    private record struct Sent
    {
        public bool HasValue;
        public bool IsNull;
        public bool HasAnnotation;

        /// <summary>The annotation names no type at all; that was told, and no more is to be said about it.</summary>
        public bool IsAnnotationRefused;

        public PropertyType Annotated;
    }

    private Member Classify(JsonElement properties, JsonProperty member, Span<Sent> sent)
    {
        ReadOnlySpan<byte> name = JsonMarshal.GetRawUtf8PropertyName(member);
        if (name.Contains((byte)'\\'))
        {
            if (GraphObject.NameOrNull(member) is not { } unescaped)
            {
                _problems.Rule($"{Path}.?", ItemRules.UnknownProperty, "The name of a property is no Unicode text: it has half of a surrogate pair.");
                return new Member(MemberKind.Refused, 0);
            }

            name = Encoding.UTF8.GetBytes(unescaped);
        }

        int at = name.IndexOf((byte)'@');
        if (at < 0)
        {
            return ClassifyValue(name, member.Value, sent);
        }

        if (!Ascii.EqualsIgnoreCase(name[at..], "@odata.type"u8))
        {
            return default;
        }

        if (at == 0)
        {
            CheckOwnType(member.Value);
            return default;
        }

        return ClassifyAnnotation(properties, name[..at], member.Value, sent);
    }

    private Member ClassifyValue(ReadOnlySpan<byte> name, JsonElement value, Span<Sent> sent)
    {
        int index = _schema.IndexOf(name);
        if (index < 0)
        {
            string text = Encoding.UTF8.GetString(name);
            _problems.Rule(
                $"{Path}.{text}",
                ItemRules.UnknownProperty,
                $"The schema of the connection has no property '{text}'. Add it to the schema, or leave it out.");
            return new Member(MemberKind.Refused, 0);
        }

        ref Sent of = ref sent[index];
        if (of.HasValue)
        {
            return RefuseDuplicate(_schema.Properties[index].Name);
        }

        of.HasValue = true;
        of.IsNull = value.ValueKind == JsonValueKind.Null;
        return new Member(MemberKind.Value, index);
    }

    private Member ClassifyAnnotation(JsonElement properties, ReadOnlySpan<byte> name, JsonElement value, Span<Sent> sent)
    {
        int index = _schema.IndexOf(name);
        if (index < 0)
        {
            // Its property is as unknown; once is enough, as long as finding out is cheap.
            string text = Encoding.UTF8.GetString(name);
            if (properties.GetPropertyCount() > MaxOnStack || !HasMember(properties, text))
            {
                _problems.Rule(
                    $"{Path}.{text}{TypeAnnotation}",
                    ItemRules.UnknownProperty,
                    $"The schema of the connection has no property '{text}', which this annotates.");
            }

            return new Member(MemberKind.Refused, 0);
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        Property property = _schema.Properties[index];
        ref Sent of = ref sent[index];
        if (of.HasAnnotation)
        {
            return RefuseDuplicate(property.Name + TypeAnnotation);
        }

        of.HasAnnotation = true;
        if (!TryReadAnnotation(value, out of.Annotated))
        {
            of.IsAnnotationRefused = true;
            _problems.Rule(
                $"{Path}.{property.Name}{TypeAnnotation}",
                ItemRules.DeserializationError,
                $"Requested value '{Shown(value)}' was not found. "
                + $"For the {TypeOf(property)} '{property.Name}' send '{PropertyAnnotation.SpellingOf(property.Type)}'.");
        }

        return new Member(MemberKind.Annotation, index);
    }

    private Member RefuseDuplicate(string name)
    {
        _problems.Rule($"{Path}.{name}", ItemRules.DuplicateProperty, $"'{name}' stands more than once. Names are compared ignoring case.");
        return new Member(MemberKind.Refused, 0);
    }

    /// <summary>
    /// The annotation of the whole object may only name its declared type, and is not stored. An annotation of a property that was misplaced here, without the
    /// property's name, gets the text that was seen for it (O9).
    /// </summary>
    private void CheckOwnType(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && GraphObject.TryGetText(value, out string? text) && PropertiesType.IsNamed(text))
        {
            return;
        }

        _problems.Rule(
            $"{Path}.{TypeAnnotation}",
            ItemRules.DeserializationError,
            $"Requested value '{Shown(value)}' was not found. The annotation of a property carries its name, such as 'tags{TypeAnnotation}'.");
    }

    private bool TryReadAnnotation(JsonElement value, out PropertyType type)
    {
        type = default;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        if (text.Contains((byte)'\\'))
        {
            if (!GraphObject.TryGetText(value, out string? unescaped))
            {
                return false;
            }

            text = Encoding.UTF8.GetBytes(unescaped!);
        }

        return PropertyAnnotation.TryParse(text, _options.LenientDateTimeCollections, out type);
    }

    private static bool HasMember(JsonElement properties, string name)
    {
        foreach (JsonProperty member in properties.EnumerateObject())
        {
            if (name.Equals(GraphObject.NameOrNull(member), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // ---- values --------------------------------------------------------------------------------------------------------------------------------

    private void WriteAnnotation(Property property, JsonElement value, in Sent sent)
    {
        if (!sent.HasValue)
        {
            _problems.Rule(
                $"{Path}.{property.Name}{TypeAnnotation}",
                ItemRules.DeserializationError,
                $"This annotates the property '{property.Name}', which is not there.");
            return;
        }

        if (sent.IsNull || sent.IsAnnotationRefused)
        {
            return;
        }

        int length = property.Name.Length + TypeAnnotation.Length;
        Span<char> name = length <= MaxOnStack ? stackalloc char[MaxOnStack] : new char[length];
        property.Name.CopyTo(name);
        TypeAnnotation.CopyTo(name[property.Name.Length..]);
        _writer.WritePropertyName(name[..length]);
        WriteText(value);
    }

    private void WriteValue(Property property, JsonElement value, in Sent sent)
    {
        if (!sent.HasAnnotation)
        {
            if (PropertyAnnotation.IsRequiredFor(property.Type))
            {
                Refuse(
                    property,
                    -1,
                    $"The {TypeOf(property)} '{property.Name}' needs its annotation beside it: "
                    + $"\"{property.Name}{TypeAnnotation}\": \"{PropertyAnnotation.SpellingOf(property.Type)}\".");
            }
        }
        else if (!sent.IsAnnotationRefused && sent.Annotated != property.Type)
        {
            _problems.Rule(
                $"{Path}.{property.Name}{TypeAnnotation}",
                ItemRules.PropertyTypeMismatch,
                $"The property '{property.Name}' is of type {TypeOf(property)} in the schema, spelled '{PropertyAnnotation.SpellingOf(property.Type)}'; "
                + $"its annotation says '{PropertyAnnotation.SpellingOf(sent.Annotated)}'.");
        }

        _writer.WritePropertyName(property.Name);
        if (!property.Type.IsCollection())
        {
            WriteElement(property, value, -1);
        }
        else if (property.Type == PropertyType.PrincipalCollection)
        {
            WritePrincipals(property, value);
        }
        else if (value.ValueKind != JsonValueKind.Array)
        {
            Mismatch(property, value, -1, $"an array in which each element is {Needed(property.Type.Element())}");
        }
        else
        {
            WriteArray(property, value);
        }
    }

    private void WriteArray(Property property, JsonElement array)
    {
        _writer.WriteStartArray();
        int index = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            WriteElement(property, element, index++);
            if (_problems.IsFull)
            {
                return;
            }
        }

        _writer.WriteEndArray();
    }

    /// <summary>One element of a collection, or with index -1 the value itself.</summary>
    private void WriteElement(Property property, JsonElement value, int index)
    {
        PropertyType type = property.Type.Element();
        bool fits = type switch
        {
            PropertyType.String => value.ValueKind == JsonValueKind.String && WriteText(value),
            PropertyType.Int64 => IsInt64(value) && WriteRaw(value),
            PropertyType.Double => IsDouble(value) && WriteRaw(value),
            PropertyType.DateTime => IsDateTime(value) && WriteText(value),
            PropertyType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False && WriteRaw(value),
            PropertyType.Principal => WritePrincipal(value, property, index),
            _ => false,
        };

        // Of a principal its own reader has told everything.
        if (!fits && type != PropertyType.Principal)
        {
            Mismatch(property, value, index, Needed(type));
        }
    }

    /// <summary>
    /// A whole number as OData writes one: digits only. <c>1.0</c> and <c>1e3</c> are refused although they are whole: their form says that the client has a
    /// floating point number, which loses digits past 2^53 without a word.
    /// </summary>
    private static bool IsInt64(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _);

    /// <summary>Any JSON number that a double can hold; what overflows would come back as infinity. Strings such as "NaN" are refused (U32).</summary>
    private static bool IsDouble(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number);

    private static bool IsDateTime(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(value)[1..^1];

        // System.Text.Json escapes the plus of an offset, so .NET clients do come this way.
        return text.Contains((byte)'\\')
            ? GraphObject.TryGetText(value, out string? unescaped) && GraphDateTime.TryParse(unescaped, out _)
            : GraphDateTime.TryParse(text, out _);
    }

    private bool WriteRaw(JsonElement value)
    {
        _writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        return true;
    }

    /// <summary>
    /// Writes a string, or returns false when it is no Unicode text. Most are copied as they stand; those with <c>\u</c> escapes, as some clients write every
    /// letter beyond ASCII, are written in their own letters, except those beyond U+FFFF, which the encoder always escapes.
    /// </summary>
    private bool WriteText(JsonElement value)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.IndexOf("\\u"u8) < 0)
        {
            return Utf8.IsValid(raw) && WriteRaw(value);
        }

        if (!GraphObject.TryGetText(value, out string? text))
        {
            return false;
        }

        _writer.WriteStringValue(text);
        return true;
    }

    // ---- principals ----------------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Both shapes (6.7): <c>{ "principals": [ … ] }</c>, of which there is one source, and the plain array of OData. The shape is kept.
    /// </summary>
    private void WritePrincipals(Property property, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            WriteArray(property, value);
            return;
        }

        string path = PathOf(property, -1);
        if (value.ValueKind != JsonValueKind.Object
            || GraphObject.Open(value, path, PrincipalCollectionType, _version, _problems) is not { } collection)
        {
            Mismatch(property, value, -1, "an array of principals, or an object with the array 'principals'");
            return;
        }

        if (collection.ValueOrNull("principals") is not { ValueKind: JsonValueKind.Array } principals)
        {
            Refuse(property, -1, $"The principalCollection '{property.Name}' needs 'principals', an array.");
            return;
        }

        _writer.WriteStartObject();
        WriteOwnType(value);
        _writer.WritePropertyName("principals"u8);
        WriteArray(property, principals);
        _writer.WriteEndObject();
    }

    /// <summary>Seven strings, all optional (6.7); stored as sent, nobody is looked up.</summary>
    private bool WritePrincipal(JsonElement value, Property property, int index)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Mismatch(property, value, index, Needed(PropertyType.Principal));
            return false;
        }

        int before = _problems.Count;
        GraphObject principal = GraphObject.Open(value, PathOf(property, index), PrincipalType, _version, _problems)!;
        foreach (GraphMember member in PrincipalType.Members)
        {
            principal.StringOrNull(member.Name);
        }

        if (_problems.Count > before)
        {
            return false;
        }

        _writer.WriteStartObject();
        WriteOwnType(value);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && PrincipalType.DeclaredNameOrNull(member.Name, _version) is { } name)
            {
                _writer.WritePropertyName(name);
                WriteText(member.Value);
            }
        }

        _writer.WriteEndObject();
        return true;
    }

    /// <summary>Keeps the <c>@odata.type</c> of an object that was checked to be of its type; it goes first, where OData wants it.</summary>
    private void WriteOwnType(JsonElement value)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (member.Name.Equals(TypeAnnotation, StringComparison.OrdinalIgnoreCase))
            {
                _writer.WritePropertyName(TypeAnnotation);
                WriteText(member.Value);
                return;
            }
        }
    }

    // ---- texts ---------------------------------------------------------------------------------------------------------------------------------

    private void Mismatch(Property property, JsonElement value, int index, string needed) =>
        Refuse(
            property,
            index,
            index < 0
                ? $"The property '{property.Name}' is of type {TypeOf(property)} in the schema and needs {needed}; {Described(value)} came."
                : $"An element of the {TypeOf(property)} '{property.Name}' needs to be {needed}; {Described(value)} came.");

    private void Refuse(Property property, int index, string message) =>
        _problems.Rule(PathOf(property, index), ItemRules.PropertyTypeMismatch, message);

    private static string PathOf(Property property, int index) =>
        index < 0 ? $"{Path}.{property.Name}" : string.Create(CultureInfo.InvariantCulture, $"{Path}.{property.Name}[{index}]");

    private static string TypeOf(Property property) => WireNames<PropertyType>.Get(property.Type);

    private static string Needed(PropertyType element) => element switch
    {
        PropertyType.String => "a string of Unicode text",
        PropertyType.Int64 => $"a whole number from {long.MinValue} to {long.MaxValue}, without point or exponent",
        PropertyType.Double => "a finite number",
        PropertyType.DateTime => "a string with a date and time of ISO 8601 such as 2026-01-10T08:00:00Z",
        PropertyType.Boolean => "true or false",
        PropertyType.Principal => "an object of type principal",
        _ => "a type that this server knows",
    };

    private static string Described(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the string '{Shown(value)}'",
        JsonValueKind.Number => $"the number {Shown(value)}",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Shown(value),
    };

    /// <summary>The raw text of a value, without quotes and not longer than helps. Raw, so that it can always be shown.</summary>
    private static string Shown(JsonElement value)
    {
        const int MaxLength = 60;
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        if (value.ValueKind == JsonValueKind.String)
        {
            raw = raw[1..^1];
        }

        return raw.Length <= MaxLength ? Encoding.UTF8.GetString(raw) : Encoding.UTF8.GetString(raw[..MaxLength]) + "…";
    }

    /// <summary>The writer and its buffer, kept per thread: reading is synchronous, so no two readers meet on one.</summary>
    private sealed class Scratch
    {
        private const int MaxKeptCapacity = 1024 * 1024;

        [ThreadStatic]
        private static Scratch? t_kept;

        private readonly ArrayBufferWriter<byte> _buffer = new(4096);

        private Scratch()
        {
            // Unsafe means: not for pasting into HTML. As JSON it is as safe as the other, and leaves text its letters.
            Writer = new Utf8JsonWriter(
                _buffer,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        }

        public Utf8JsonWriter Writer { get; }

        public static Scratch Rent()
        {
            Scratch scratch = t_kept ?? new Scratch();
            t_kept = null;
            return scratch;
        }

        public byte[] ToArray()
        {
            Writer.Flush();
            return _buffer.WrittenSpan.ToArray();
        }

        /// <summary>Not called when something was thrown: then this one is left to the collector.</summary>
        public void Return()
        {
            if (_buffer.Capacity <= MaxKeptCapacity)
            {
                Writer.Reset();
                _buffer.ResetWrittenCount();
                t_kept = this;
            }
        }
    }
}
