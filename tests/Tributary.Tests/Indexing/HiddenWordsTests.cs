using CsCheck;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Search;
using Tributary.Tests.Indexing.Ranking;

namespace Tributary.Tests.Indexing;

/// <summary>What words stand in items that the caller does not see changes nothing of what is found by a beginning, and nothing of what is refused.</summary>
public class HiddenWordsTests
{
    private static readonly Acl ForOther = new([new AclEntry(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000b", AccessType.Grant)]);

    private static readonly Gen<string> Word = Gen.Frequency(
        (3, Gen.OneOf("merger", "zulu", "zebra", "moon", "zen")),
        (1, Gen.Int[0, 60].Select(number => $"z{number:00}")));

    private static readonly Gen<(RankedItem Item, bool IsDeleted)> Item =
        from title in Word.Array[0, 3]
        from content in Word.Array[1, 12]
        from isOther in Gen.Bool
        from isWaiting in Gen.Frequency((4, false), (1, true))
        from isDeleted in Gen.Frequency((4, false), (1, true))
        select (new RankedItem("", title.Length == 0 ? null : string.Join(' ', title), string.Join(' ', content)) { Acl = isOther ? ForOther : RankedIndex.ForEveryone, IsHidden = isWaiting }, isDeleted);

    private static readonly Gen<string> Beginning = Gen.OneOf("z*", "ze*", "m*", "z1*", "zulu*", "y*");

    private static readonly Gen<string> Query = Gen.Frequency(
        (1, Beginning),
        (2, Gen.Select(Word, Beginning).Select((word, beginning) => $"\"{word} {beginning}\"")),
        (1, Gen.Select(Word, Word, Beginning).Select((first, second, beginning) => $"\"{first} {second} {beginning}\"")),
        (2, Gen.Select(Word, Beginning, Gen.Int[0, 4]).Select((word, beginning, distance) => $"{word} NEAR({distance}) {beginning}")),
        (1, Gen.Select(Beginning, Word, Gen.Int[0, 4]).Select((beginning, word, distance) => $"{beginning} ONEAR({distance}) {word}")),
        (1, Gen.Select(Beginning, Beginning).Select((first, second) => $"{first} NEAR(2) {second}")),
        (1, Gen.Select(Word, Beginning, Beginning).Select((word, first, second) => $"{word} NEAR(5) {first} NEAR(5) {second}")),
        (1, Gen.Select(Beginning, Word).Select((beginning, word) => $"title:{beginning} {word}")),
        (1, Gen.Select(Word, Beginning).Select((word, beginning) => $"title:\"{word} {beginning}\"")),
        (1, Gen.Select(Word, Beginning, Beginning).Select((word, first, second) => $"{word} {first} -{second}")));

    private static RankedItem Mine(string id, string content) => new(id, null, content);

    private static string Numbered(string format, int from, int count) => string.Join(' ', Enumerable.Range(from, count).Select(number => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, number)));

    /// <summary>The ids that are found, and the total; or that the query is refused.</summary>
    private static string Outcome(RankedIndex index, string query, int maxTerms)
    {
        try
        {
            IndexAnswer answer = index.Ask(query, asked => asked with { MaxTerms = maxTerms });
            return $"{answer.Total}: {string.Join(' ', answer.Hits.Select(hit => hit.ItemId).Order(StringComparer.Ordinal))}";
        }
        catch (QueryTooBroadException exception)
        {
            return $"{exception.Breadth}";
        }
    }

    [Fact]
    public void An_index_with_items_that_the_caller_does_not_see_answers_and_refuses_as_one_without_them()
    {
        (int asked, int found, int refused) = (0, 0, 0);
        Gen.Select(Item.Array[1, 25], Query.Array[60]).Sample(
            (items, queries) =>
            {
                (RankedItem Item, bool IsDeleted)[] all = [.. items.Index().Select(item => (item.Item.Item with { Id = $"i{item.Index:00}" }, item.Item.IsDeleted))];

                // What is put again, in a later segment, leaves the words of its older form behind.
                using RankedIndex full = RankedIndex.Of([.. all.Select(item => item.Item), .. all.Where(item => item.IsDeleted).Select(item => item.Item with { Title = null, Content = "gone" })]);
                using RankedIndex bare = RankedIndex.Of(
                    [.. all.Where(item => item.Item.Acl != ForOther && !item.Item.IsHidden).Select(item => item.IsDeleted ? item.Item with { Title = null, Content = "gone" } : item.Item)]);
                foreach (string query in queries)
                {
                    foreach (int maxTerms in (int[])[3, 1_000_000])
                    {
                        string expected = Outcome(bare, query, maxTerms);
                        string outcome = Outcome(full, query, maxTerms);
                        Assert.True(expected == outcome, $"{query} with {maxTerms}: {expected}, but {outcome}");
                        asked++;
                        found += expected.Contains('i', StringComparison.Ordinal) ? 1 : 0;
                        refused += expected == nameof(QueryBreadth.Terms) ? 1 : 0;
                    }
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(found > asked / 5, $"Only {found} of {asked} found anything.");
        Assert.True(refused > asked / 20, $"Only {refused} of {asked} were refused.");
    }

    [Theory]
    [InlineData("q*", 10, false)]
    [InlineData("q*", 9, true)]
    [InlineData("q* OR zanz*", 10, false)]
    [InlineData("q* OR \"rest zanz*\"", 10, false)]
    [InlineData("q* OR rest NEAR zanz*", 10, false)]
    [InlineData("q* OR title:zanz*", 10, false)]
    [InlineData("q* OR seen*", 11, false)]
    [InlineData("q* OR seen*", 10, true)]
    public void Words_that_nobody_else_is_to_know_do_not_count_for_the_bound(string query, int maxTerms, bool isRefused)
    {
        using RankedIndex index = RankedIndex.Of(
            Mine("mine", Numbered("q{0}", 0, 10)),
            Mine("other", "seen"),
            Mine("changed", "rest zanzigone"),
            Mine("changed", "rest"),
            new RankedItem("secret", "zanzibar", "rest zanzibar") { Acl = ForOther },
            new RankedItem("waiting", "zanzi", "rest zanzi") { IsHidden = true });

        Assert.Equal(isRefused, Outcome(index, query, maxTerms) == nameof(QueryBreadth.Terms));
    }

    [Theory]
    [InlineData("secret AND q*")]
    [InlineData("q* AND secret")]
    [InlineData("\"secret q*\"")]
    [InlineData("secret NEAR q*")]
    [InlineData("rest NOT (secret AND q*)")]
    [InlineData("rest XRANK(cb=1) (secret AND q*)")]
    public void A_beginning_of_too_many_words_is_refused_whatever_stands_beside_it(string query)
    {
        RankedItem[] mine = [Mine("mine", "rest " + Numbered("q{0}", 0, 10))];
        using RankedIndex without = RankedIndex.Of(mine);
        using RankedIndex with = RankedIndex.Of([.. mine, new RankedItem("secret", null, "secret") { Acl = ForOther }]);

        Assert.Equal(nameof(QueryBreadth.Terms), Outcome(without, query, 9));
        Assert.Equal(nameof(QueryBreadth.Terms), Outcome(with, query, 9));
        Assert.Equal(Outcome(without, query, 10), Outcome(with, query, 10));
    }

    [Fact]
    public void A_word_counts_once_in_however_many_segments_it_stands()
    {
        using RankedIndex index = new RankedIndex().With(RankedIndex.SchemaOf(), 1, [.. Enumerable.Range(0, 4).Select(number => Mine($"i{number}", Numbered("q{0}", 0, 5)))]);

        Assert.Equal("4: i0 i1 i2 i3", Outcome(index, "q*", 5));
        Assert.Equal(nameof(QueryBreadth.Terms), Outcome(index, "q*", 4));
    }

    [Fact]
    public void However_many_words_of_others_begin_so_ones_own_are_found_in_phrases_and_proximities()
    {
        using RankedIndex index = RankedIndex.Of(
            Mine("mine", "merger zulu"),
            new RankedItem("secret", null, string.Join(' ', Enumerable.Range(0, 1500).Select(number => $"merger z{number:00000}"))) { Acl = ForOther });

        foreach (string query in (string[])["\"merger z*\"", "merger NEAR z*", "merger ONEAR(1) z*", "z* NEAR merg*"])
        {
            Assert.Equal("1: mine", Outcome(index, query, 10));
        }
    }
}
