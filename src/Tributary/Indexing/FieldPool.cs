using Lucene.Net.Documents;
using Lucene.Net.Index;

namespace Tributary.Indexing;

/// <summary>
/// Fields of one kind that are used again for the next document. A field carries the token stream that Lucene makes for it, and making that costs more than
/// indexing a short value does.
/// </summary>
internal sealed class FieldPool(Func<Field> create)
{
    private readonly List<Field> _fields = [];
    private int _used;

    /// <summary>Whether the document has one of these.</summary>
    public bool IsUsed => _used > 0;

    /// <summary>Adds a field to <paramref name="document"/> and returns it, to be given its value.</summary>
    public Field AddTo(List<IIndexableField> document)
    {
        if (_used == _fields.Count)
        {
            _fields.Add(create());
        }

        Field field = _fields[_used++];
        document.Add(field);
        return field;
    }

    /// <summary>The fields are free again: the document they were in is done with.</summary>
    public void Reset() => _used = 0;
}
