using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Acls;
using Tributary.Schemas;

namespace Tributary.Benchmarks.Corpora;

/// <summary>
/// Items that are the same in every run, each made from its number alone: 150 to 300 words of a vocabulary of 200,000 by Zipf's law, about 2 KB of JSON, 1 to 5
/// access entries of 2,000 groups and 50,000 users, of which 4 % name everyone and 3 % have a deny.
/// </summary>
internal static class Corpus
{
    public const int Vocabulary = 200_000;
    public const int Groups = 2_000;
    public const int Users = 50_000;

    private const string Consonants = "bcdfghjklmnpqrstvwxz";
    private const string Vowels = "aeiou";
    private const int Departments = 50;

    private static readonly Zipf WordRanks = new(Vocabulary, 1.0);
    private static readonly Zipf GroupRanks = new(Groups, 0.8);
    private static readonly Zipf UserRanks = new(Users, 0.6);
    private static readonly Zipf DepartmentRanks = new(Departments, 0.8);
    private static readonly DateTimeOffset Newest = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public const string SchemaJson =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "url", "type": "string", "isRetrievable": true, "labels": ["url"] },
          { "name": "author", "type": "string", "isQueryable": true, "isRetrievable": true, "labels": ["createdBy"] },
          { "name": "department", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "category", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "project", "type": "string", "isQueryable": true, "isRetrievable": true },
          { "name": "created", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "labels": ["createdDateTime"] },
          { "name": "modified", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "labels": ["lastModifiedDateTime"] },
          { "name": "views", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "size", "type": "int64", "isQueryable": true, "isRetrievable": true },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true }
        ] }
        """;

    /// <summary>The properties of <see cref="SchemaJson"/>, for what is measured without a server.</summary>
    public static Schema Schema { get; } = new(
    [
        new() { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title] },
        new() { Name = "url", Type = PropertyType.String, IsRetrievable = true, Labels = [Label.Url] },
        new() { Name = "author", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true, Labels = [Label.CreatedBy] },
        new() { Name = "department", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
        new() { Name = "category", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
        new() { Name = "project", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true },
        new() { Name = "created", Type = PropertyType.DateTime, IsQueryable = true, IsRetrievable = true, Labels = [Label.CreatedDateTime] },
        new() { Name = "modified", Type = PropertyType.DateTime, IsQueryable = true, IsRetrievable = true, Labels = [Label.LastModifiedDateTime] },
        new() { Name = "views", Type = PropertyType.Int64, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
        new() { Name = "size", Type = PropertyType.Int64, IsQueryable = true, IsRetrievable = true },
        new() { Name = "tags", Type = PropertyType.StringCollection, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
    ]);

    public static string GroupId(int rank) => string.Create(CultureInfo.InvariantCulture, $"{rank:x8}-6702-4000-8000-000000000001");

    public static string UserId(int rank) => string.Create(CultureInfo.InvariantCulture, $"{rank:x8}-0517-4000-8000-000000000002");

    /// <summary>The word of a rank: pronounceable, no two alike, four letters for the ten thousand most frequent and six for the rest.</summary>
    public static string Word(int rank)
    {
        int syllables = Consonants.Length * Vowels.Length;
        int length = rank < syllables * syllables ? 2 : 3;
        int rest = length == 2 ? rank : rank - (syllables * syllables);
        return string.Create(2 * length, rest, (letters, value) =>
        {
            for (int i = letters.Length - 2; i >= 0; i -= 2)
            {
                int syllable = value % syllables;
                value /= syllables;
                letters[i] = Consonants[syllable / Vowels.Length];
                letters[i + 1] = Vowels[syllable % Vowels.Length];
            }
        });
    }

    public static CorpusItem Item(int number)
    {
        var rng = new Rng(((ulong)number + 1) * 0xD1342543DE82EF95);
        var acl = new Acl(Entries(ref rng));
        string title = Words(ref rng, rng.Between(6, 10));
        string content = Words(ref rng, rng.Between(150, 300));
        return new CorpusItem(IdOf(number), acl, Properties(number, title, ref rng), content);
    }

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"item{number:d8}");

    private static List<AclEntry> Entries(ref Rng rng)
    {
        var entries = new List<AclEntry>();
        int count = rng.Between(1, 5);
        bool isForEveryone = rng.NextDouble() < 0.04;
        bool hasDeny = rng.NextDouble() < 0.03;
        if (isForEveryone)
        {
            entries.Add(new AclEntry(AclType.Everyone, "everyone", AccessType.Grant));
        }

        while (entries.Count < count)
        {
            entries.Add(rng.NextDouble() < 0.7
                ? new AclEntry(AclType.Group, GroupId(GroupRanks.Next(ref rng)), AccessType.Grant)
                : new AclEntry(AclType.User, UserId(UserRanks.Next(ref rng)), AccessType.Grant));
        }

        if (hasDeny)
        {
            entries.Add(new AclEntry(AclType.Group, GroupId(GroupRanks.Next(ref rng)), AccessType.Deny));
        }

        return entries;
    }

    private static string Words(ref Rng rng, int count)
    {
        var text = new StringBuilder(count * 7);
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                text.Append(' ');
            }

            text.Append(Word(WordRanks.Next(ref rng)));
        }

        return text.ToString();
    }

    private static byte[] Properties(int number, string title, ref Rng rng)
    {
        var bytes = new ArrayBufferWriter<byte>(768);
        using var writer = new Utf8JsonWriter(bytes);
        DateTimeOffset created = Newest.AddMinutes(-rng.NextDouble() * 5 * 365 * 24 * 60);
        DateTimeOffset modified = created.AddMinutes(rng.NextDouble() * (Newest - created).TotalMinutes);
        writer.WriteStartObject();
        writer.WriteString("title", title);
        writer.WriteString("url", $"https://intranet.example/items/{number}");
        writer.WriteString("author", $"{Word(rng.Between(0, 5000))} {Word(rng.Between(0, 5000))}");
        writer.WriteString("department", $"department {DepartmentRanks.Next(ref rng)}");
        writer.WriteString("category", Word(rng.Between(0, 20)));
        writer.WriteString("project", Word(rng.Between(0, 1000)));
        writer.WriteString("created", created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("modified", modified.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteNumber("views", rng.Between(0, 100_000));
        writer.WriteNumber("size", rng.Between(0, 10_000_000));
        writer.WriteString("tags@odata.type", "Collection(String)");
        writer.WriteStartArray("tags");
        for (int left = rng.Between(0, 4); left > 0; left--)
        {
            writer.WriteStringValue(Word(rng.Between(0, 500)));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
