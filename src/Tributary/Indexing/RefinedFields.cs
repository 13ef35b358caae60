using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>
/// What a document has for a refinable property beyond what queries look up: every value for counting and, for text, for finding it to the letter; and the first
/// value for ordering by it.
/// </summary>
/// <param name="property">The property.</param>
/// <param name="newPool">Makes pools that are reset for each document.</param>
internal sealed class RefinedFields(Property property, Func<Func<Field>, FieldPool> newPool)
{
    /// <summary>How much of a text is looked at for order, in bytes; what begins alike stands in the order of what follows in it.</summary>
    public const int MaxOrderBytes = 512;

    private readonly FieldPool _values = newPool(() => new SortedSetDocValuesField(IndexFields.Refined(property), new BytesRef()));
    private readonly FieldPool _terms = newPool(() => new StringField(IndexFields.Refined(property), "", Field.Store.NO));
    private readonly FieldPool _order = newPool(property.Type.Element() is PropertyType.String or PropertyType.Principal
        ? () => new SortedDocValuesField(IndexFields.Order(property), new BytesRef())
        : () => new NumericDocValuesField(IndexFields.Order(property), 0));

    public void Add(List<IIndexableField> document, string text)
    {
        string key = RefinedValue.KeyOf(text);
        _terms.AddTo(document).SetStringValue(key);
        _values.AddTo(document).SetBytesValue(new BytesRef(key));
        if (!_order.IsUsed)
        {
            _order.AddTo(document).SetBytesValue(OrderOf(text));
        }
    }

    public void Add(List<IIndexableField> document, long sortable)
    {
        _values.AddTo(document).SetBytesValue(RefinedValue.BytesOf(sortable));
        if (!_order.IsUsed)
        {
            _order.AddTo(document).SetInt64Value(sortable);
        }
    }

    /// <summary>Ignoring case and width, and by code point, as the order of UTF-8 is.</summary>
    private static BytesRef OrderOf(string text) => new(Utf8Text.Beginning(ExactTerm.Fold(text), MaxOrderBytes));
}
