using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Checks the <c>properties</c> of an item body against the schema and copies them into the form that is stored: compact, members in the order sent, values and
/// annotations as sent, names in the schema's spelling, so that there is one spelling from here on; members that are null are left out with their annotations.
/// </summary>
/// <remarks>
/// Every item passes here, so on the good path nothing is allocated but the result: names and values are read as UTF-8 where they stand, and paths and messages
/// are made only when they are needed. The members are walked twice, because an annotation may stand before or after its property: here each is told apart,
/// <see cref="PropertyWriter"/> judges and copies the values.
/// </remarks>
internal readonly ref struct ItemPropertiesReader
{
    private const string Path = PropertyTexts.Path;

    /// <summary>Schemas have at most 128 properties; an item with a value and an annotation for each still fits.</summary>
    private const int MaxOnStack = 256;

    public static readonly GraphType PropertiesType = new(GraphType.ExternalConnectors + "properties", isOpen: true);

    private readonly Schema _schema;
    private readonly ItemOptions _options;
    private readonly Problems _problems;

    private ItemPropertiesReader(Schema schema, ItemOptions options, Problems problems)
    {
        _schema = schema;
        _options = options;
        _problems = problems;
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
        JsonScratch scratch = JsonScratch.Rent();
        new ItemPropertiesReader(schema, options, problems).Read(properties, new PropertyWriter(scratch.Writer, version, problems));
        ReadOnlyMemory<byte>? bytes = problems.Count == before ? scratch.ToArray() : null;
        scratch.Return();
        return bytes;
    }

    private void Read(JsonElement properties, PropertyWriter writer)
    {
        int before = _problems.Count;
        int memberCount = properties.GetPropertyCount();
        Span<Member> members = memberCount <= MaxOnStack ? stackalloc Member[MaxOnStack] : new Member[memberCount];
        int propertyCount = _schema.Properties.Count;
        Span<SentProperty> sent = propertyCount <= MaxOnStack ? stackalloc SentProperty[MaxOnStack] : new SentProperty[propertyCount];

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
        writer.Begin();
        foreach (JsonProperty member in properties.EnumerateObject())
        {
            (MemberKind kind, int index) = members[position++];
            if (kind == MemberKind.Value && !sent[index].IsNull)
            {
                writer.WriteValue(_schema.Properties[index], member.Value, sent[index]);
                written++;
            }
            else if (kind == MemberKind.Annotation)
            {
                writer.WriteAnnotation(_schema.Properties[index], member.Value, sent[index]);
            }
        }

        writer.End();
        if (written == 0 && _problems.Count == before)
        {
            _problems.Rule(Path, ItemRules.InvalidProperties, "An item needs at least one property with a value.");
        }
    }

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

    private Member Classify(JsonElement properties, JsonProperty member, Span<SentProperty> sent)
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

    private Member ClassifyValue(ReadOnlySpan<byte> name, JsonElement value, Span<SentProperty> sent)
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

        ref SentProperty of = ref sent[index];
        if (of.HasValue)
        {
            return RefuseDuplicate(_schema.Properties[index].Name);
        }

        of.HasValue = true;
        of.IsNull = value.ValueKind == JsonValueKind.Null;
        return new Member(MemberKind.Value, index);
    }

    private Member ClassifyAnnotation(JsonElement properties, ReadOnlySpan<byte> name, JsonElement value, Span<SentProperty> sent)
    {
        int index = _schema.IndexOf(name);
        if (index < 0)
        {
            // Its property is as unknown; once is enough, as long as finding out is cheap.
            string text = Encoding.UTF8.GetString(name);
            if (properties.GetPropertyCount() > MaxOnStack || !HasMember(properties, text))
            {
                _problems.Rule(
                    $"{Path}.{text}{PropertyTexts.TypeAnnotation}",
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
        ref SentProperty of = ref sent[index];
        if (of.HasAnnotation)
        {
            return RefuseDuplicate(property.Name + PropertyTexts.TypeAnnotation);
        }

        of.HasAnnotation = true;
        if (of.HasValue && _problems.IsStrict)
        {
            _problems.Rule(
                $"{Path}.{property.Name}{PropertyTexts.TypeAnnotation}",
                ItemRules.DeserializationError,
                $"The annotation of '{property.Name}' stands behind it; it must stand before.");
        }

        if (!TryReadAnnotation(value, out of.Annotated))
        {
            of.IsAnnotationRefused = true;
            _problems.Rule(
                $"{Path}.{property.Name}{PropertyTexts.TypeAnnotation}",
                ItemRules.DeserializationError,
                $"Requested value '{PropertyTexts.Shown(value)}' was not found. "
                + $"For the {PropertyTexts.TypeOf(property)} '{property.Name}' send '{PropertyAnnotation.SpellingOf(property.Type)}'.");
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
            $"{Path}.{PropertyTexts.TypeAnnotation}",
            ItemRules.DeserializationError,
            $"Requested value '{PropertyTexts.Shown(value)}' was not found. The annotation of a property carries its name, such as 'tags{PropertyTexts.TypeAnnotation}'.");
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
}
