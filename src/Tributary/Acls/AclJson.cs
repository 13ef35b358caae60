using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Acls;

/// <summary>The two written forms of an access list: what Graph's clients read, and what the store keeps.</summary>
internal static class AclJson
{
    private static readonly JsonEncodedText TypeName = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText AccessTypeName = JsonEncodedText.Encode("accessType");

    /// <summary>Writes the wire's array of entries.</summary>
    public static void Write(Utf8JsonWriter writer, Acl acl)
    {
        writer.WriteStartArray();
        for (int i = 0; i < acl.Entries.Count; i++)
        {
            AclEntry entry = acl.Entries[i];
            writer.WriteStartObject();
            writer.WriteString(TypeName, WireNames<AclType>.Get(entry.Type));
            writer.WriteString(ValueName, entry.Value);
            writer.WriteString(AccessTypeName, WireNames<AccessType>.Get(entry.AccessType));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // The stored form: one byte of format, then for each entry one byte of type (low four bits), access (next three) and spelling (top bit), then the
    // value. A value that is a GUID in lower case, as nearly all are, takes its 16 bytes; any other takes its length in UTF-8, seven bits to a byte, and
    // its text. The spelling follows from the value alone, so equal lists have equal bytes and different lists different ones: the bytes can be the key
    // under which a list is kept once.
    public const byte Format = 1;
    public const byte IsGuid = 0x80;
    public const int GuidLength = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of a list: the same for the same entries in the same order, and only then.</summary>
    public static byte[] ToBytes(Acl acl)
    {
        int size = 1;
        for (int i = 0; i < acl.Entries.Count; i++)
        {
            string value = acl.Entries[i].Value;
            int length = TryGetLowerCaseGuid(value, out _) ? GuidLength : LengthOfText(value);
            size = checked(size + 1 + length);
        }

        byte[] bytes = new byte[size];
        bytes[0] = Format;
        Span<byte> rest = bytes.AsSpan(1);
        for (int i = 0; i < acl.Entries.Count; i++)
        {
            AclEntry entry = acl.Entries[i];
            byte kind = (byte)((int)entry.Type | ((int)entry.AccessType << 4));
            if (TryGetLowerCaseGuid(entry.Value, out Guid guid))
            {
                rest[0] = (byte)(kind | IsGuid);
                guid.TryWriteBytes(rest[1..], bigEndian: true, out _);
                rest = rest[(1 + GuidLength)..];
            }
            else
            {
                rest[0] = kind;
                rest = WriteText(rest[1..], entry.Value);
            }
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; anything else is a broken store, hence an exception.</summary>
    public static Acl FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new StoredAclReader(bytes);
        if (bytes.Length == 1)
        {
            return Acl.Empty;
        }

        var entries = new List<AclEntry>();
        while (reader.Read())
        {
            entries.Add(new AclEntry(reader.Type, reader.Value, reader.AccessType));
        }

        return new Acl(entries);
    }

    /// <summary>Whether a value is kept as the bytes of a GUID.</summary>
    public static bool TryGetLowerCaseGuid(string value, out Guid guid)
    {
        guid = default;
        return !value.AsSpan().ContainsAnyInRange('A', 'Z') && GuidText.TryRead(value, out guid);
    }

    private static int LengthOfText(string value)
    {
        int length = StrictUtf8.GetByteCount(value);
        int prefix = 1;
        for (int rest = length >> 7; rest != 0; rest >>= 7)
        {
            prefix++;
        }

        return prefix + length;
    }

    private static Span<byte> WriteText(Span<byte> destination, string value)
    {
        int length = StrictUtf8.GetByteCount(value);
        int rest = length;
        int position = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            destination[position++] = (byte)(rest | 0x80);
        }

        destination[position++] = (byte)rest;
        StrictUtf8.GetBytes(value, destination[position..]);
        return destination[(position + length)..];
    }

    public static string ReadText(ref ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        int position = 0;
        byte next;
        do
        {
            if (position == bytes.Length || position == 4)
            {
                throw Broken();
            }

            next = bytes[position];
            length |= (next & 0x7F) << (7 * position);
            position++;
        }
        while ((next & 0x80) != 0);

        if (bytes.Length - position < length)
        {
            throw Broken();
        }

        string value = StrictUtf8.GetString(bytes.Slice(position, length));
        bytes = bytes[(position + length)..];
        return value;
    }

    public static InvalidDataException Broken() => new("A stored access list is not in a form that this version reads.");
}
