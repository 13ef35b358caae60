using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>
/// Turns stored items into the documents that the index keeps, by one schema. A document is good until the next is built, and a builder belongs to one thread.
/// After Lucene has thrown over a document its builder must not be used again: a token stream may have been left half read.
/// </summary>
internal sealed class DocumentBuilder
{
    private static readonly FieldType WholeNumber = WithPrecisionStep(Int64Field.TYPE_NOT_STORED);
    private static readonly FieldType Fraction = WithPrecisionStep(DoubleField.TYPE_NOT_STORED);

    private readonly Schema _schema;
    private readonly List<IIndexableField> _document = [];
    private readonly List<FieldPool> _pools = [];
    private readonly Dictionary<Property, PropertyFields> _properties;

    private readonly StringField _id = new(IndexFields.Id, "", Field.Store.NO);
    private readonly BinaryDocValuesField _idValue = new(IndexFields.Id, new BytesRef());
    private readonly Int64Field _key = new(IndexFields.Key, 0, WholeNumber);
    private readonly NumericDocValuesField _acl = new(IndexFields.Acl, 0);
    private readonly NumericDocValuesField _modified = new(IndexFields.Modified, 0);
    private readonly NumericDocValuesField _searchableFrom = new(IndexFields.SearchableFrom, 0);
    private readonly NumericDocValuesField _activity = new(IndexFields.Activity, 0);
    private readonly FieldPool _present;
    private readonly FieldPool _text;
    private readonly FieldPool _title;

    public DocumentBuilder(Schema schema)
    {
        _schema = schema;
        _present = NewPool(() => new StringField(IndexFields.Present, "", Field.Store.NO));
        _text = NewPool(() => new TextField(IndexFields.Text, "", Field.Store.NO));
        _title = NewPool(() => new StringField(IndexFields.Title, "", Field.Store.NO));
        _properties = new(ReferenceEqualityComparer.Instance);
        foreach (Property property in schema.Properties.Where(property => property.IsQueryable || property.IsSearchable || property.IsRefinable))
        {
            string value = IndexFields.Value(property);
            string words = IndexFields.Words(property);
            _properties.Add(property, new PropertyFields(
                IndexFields.PresenceOf(property),
                NewPool(property.Type.Element() switch
                {
                    PropertyType.Int64 or PropertyType.DateTime => () => new Int64Field(value, 0, WholeNumber),
                    PropertyType.Double => () => new DoubleField(value, 0, Fraction),
                    _ => () => new StringField(value, "", Field.Store.NO),
                }),
                NewPool(property.IsRefinable ? () => new BoundedTextField(words) : () => new TextField(words, "", Field.Store.NO)),
                property.IsRefinable ? new RefinedFields(property, NewPool) : null));
        }
    }

    public IReadOnlyList<IIndexableField> Build(FeedItem item)
    {
        _document.Clear();
        _pools.ForEach(pool => pool.Reset());
        _id.SetStringValue(item.Id);
        _idValue.SetBytesValue(new BytesRef(item.Id));
        _key.SetInt64Value(item.Key);
        _acl.SetInt64Value(item.Acl);
        _document.AddRange([_id, _idValue, _key, _acl, _modified]);
        if (item.SearchableFrom > 0)
        {
            _searchableFrom.SetInt64Value(item.SearchableFrom);
            _document.Add(_searchableFrom);
        }

        if (item.Activity.Level > 0)
        {
            _activity.SetInt64Value(RankColumns.ActivityOf(item.Activity));
            _document.Add(_activity);
        }

        long modified = 0;
        foreach ((Property property, PropertyValue value) in new PropertyValues(item.Properties, _schema))
        {
            if (_properties.TryGetValue(property, out PropertyFields? fields))
            {
                AddProperty(property, fields, value);
            }

            if (property.Type == PropertyType.DateTime && property.Labels.Contains(Label.LastModifiedDateTime))
            {
                modified = value.UtcTicks[0];
            }
        }

        _modified.SetInt64Value(modified);
        if (item.Content is { } content)
        {
            AddText(content.Type == ExternalItemContentType.Html ? HtmlText.Of(content.Value) : content.Value);
        }

        return _document;
    }

    /// <summary>The two zeros are equal, but not as the index orders them.</summary>
    public static double Normalise(double number) => number == 0 ? 0 : number;

    private void AddProperty(Property property, PropertyFields fields, PropertyValue value)
    {
        if ((property.IsQueryable || fields.Refined is not null) && HasValue(value))
        {
            _present.AddTo(_document).SetStringValue(fields.Presence);
        }

        switch (property.Type.Element())
        {
            case PropertyType.Int64:
                foreach (long number in value.Int64s)
                {
                    fields.Values.AddTo(_document).SetInt64Value(number);
                    fields.Refined?.Add(_document, number);
                }

                break;
            case PropertyType.DateTime:
                foreach (long ticks in value.UtcTicks)
                {
                    fields.Values.AddTo(_document).SetInt64Value(ticks);
                    fields.Refined?.Add(_document, ticks);
                }

                break;
            case PropertyType.Double:
                foreach (double number in value.Doubles)
                {
                    fields.Values.AddTo(_document).SetDoubleValue(Normalise(number));
                    fields.Refined?.Add(_document, RefinedValue.Sortable(number));
                }

                break;
            case PropertyType.Boolean:
                fields.Values.AddTo(_document).SetStringValue(value.Boolean ? "true" : "false");
                fields.Refined?.Add(_document, value.Boolean ? 1 : 0);
                break;
            default:
                foreach (string text in value.Texts)
                {
                    AddTexts(property, fields, text);
                }

                break;
        }
    }

    /// <summary>A collection without elements is there, but has none.</summary>
    private static bool HasValue(PropertyValue value) => !value.Type.IsCollection() || value.Type.Element() switch
    {
        PropertyType.Int64 => value.Int64s.Length > 0,
        PropertyType.DateTime => value.UtcTicks.Length > 0,
        PropertyType.Double => value.Doubles.Length > 0,
        _ => value.Texts.Length > 0,
    };

    private void AddTexts(Property property, PropertyFields fields, string text)
    {
        if (property.IsSearchable)
        {
            AddText(text);
            if (property.Labels.Contains(Label.Title) && WholeTitle.OfOrNull(WholeTitle.Words(text)) is { } title)
            {
                _title.AddTo(_document).SetStringValue(title);
            }
        }

        if (!property.IsExactMatchRequired)
        {
            fields.Words.AddTo(_document).SetStringValue(text);
        }

        if (property.IsQueryable || property.IsRefinable)
        {
            fields.Values.AddTo(_document).SetStringValue(ExactTerm.Of(text));
        }

        fields.Refined?.Add(_document, text);
    }

    private void AddText(string text) => _text.AddTo(_document).SetStringValue(text);

    private FieldPool NewPool(Func<Field> create)
    {
        var pool = new FieldPool(create);
        _pools.Add(pool);
        return pool;
    }

    private static FieldType WithPrecisionStep(FieldType type)
    {
        var changed = new FieldType(type) { NumericPrecisionStep = IndexFields.PrecisionStep };
        changed.Freeze();
        return changed;
    }

    /// <param name="Presence">What stands in <see cref="IndexFields.Present"/> for the property.</param>
    private sealed record PropertyFields(string Presence, FieldPool Values, FieldPool Words, RefinedFields? Refined);
}
