namespace Tributary.Acls;

/// <summary>
/// Goes through the entries of a stored access list (<see cref="AclJson.ToBytes"/>) without making anything of them that the asker does not want: an index that is opened
/// reads all lists of its connection.
/// </summary>
internal ref struct StoredAclReader
{
    private ReadOnlySpan<byte> _rest;

    /// <exception cref="InvalidDataException">Of another form: a broken store. <see cref="Read"/> throws it as well.</exception>
    public StoredAclReader(ReadOnlySpan<byte> stored)
    {
        if (stored.IsEmpty || stored[0] != AclJson.Format)
        {
            throw AclJson.Broken();
        }

        _rest = stored[1..];
    }

    public AclType Type { get; private set; }

    public AccessType AccessType { get; private set; }

    /// <summary>The value where it is a GUID in lower case, as nearly all are.</summary>
    public Guid Id { get; private set; }

    /// <summary>Any other value; null where <see cref="Id"/> is it.</summary>
    public string? Text { get; private set; }

    public readonly string Value => Text ?? Id.ToString("D");

    /// <summary>Goes to the next entry; false behind the last.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        byte kind = _rest[0];
        _rest = _rest[1..];
        (Type, AccessType) = ((AclType)(kind & 0x0F), (AccessType)((kind >> 4) & 0x07));
        if (!Enum.IsDefined(Type) || !Enum.IsDefined(AccessType))
        {
            throw AclJson.Broken();
        }

        if ((kind & AclJson.IsGuid) == 0)
        {
            Text = AclJson.ReadText(ref _rest);
            return true;
        }

        if (_rest.Length < AclJson.GuidLength)
        {
            throw AclJson.Broken();
        }

        Text = null;
        Id = new Guid(_rest[..AclJson.GuidLength], bigEndian: true);
        _rest = _rest[AclJson.GuidLength..];
        return true;
    }
}
