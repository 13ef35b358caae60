using System.Text.Json;
using CsCheck;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

/// <summary>Words near others in real indexes, against a plain look at every word of every item.</summary>
public sealed class SpellingSearchTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);
    private static readonly AccessPrincipals Caller = new("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);

    private static readonly Schema Schema = new(
    [
        new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true },
        new Property { Name = "secret", Type = PropertyType.String, IsSearchable = true, IsQueryable = true },
    ]);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-spelling-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="IsVisible">To <see cref="Caller"/>.</param>
    private sealed record Item(string? Title = null, string? Secret = null, string? Content = null, bool IsVisible = true, bool IsDelayed = false)
    {
        public IEnumerable<string> Words(Property? property) => property?.Name switch
        {
            null => Split(Title).Concat(Split(Secret)).Concat(Split(Content)),
            "title" => Split(Title),
            _ => Split(Secret),
        };

        public static string[] Split(string? text) => text?.Split(' ') ?? [];
    }

    private World Index(Item[] first, params Item[][] others) => new(_folder, ref _generations, [first, .. others]);

    private static string Near(TermSpelling spelling) => string.Join(' ', spelling.Near.Select(near => $"{near.Text}:{near.Distance}:{near.Count}"));

    [Theory]
    [InlineData("vacatoin", "vacation:1:2")]
    [InlineData("vacatio", "vacation:1:2")]
    [InlineData("vacatiion", "vacation:1:2")]
    [InlineData("vakation", "vacation:1:2")]
    [InlineData("vakatoin", "vacation:2:2")]
    [InlineData("vakatoinn", "")]
    [InlineData("bacation", "")]
    [InlineData("laep", "lamp:1:1 leap:1:1")]
    [InlineData("leaap", "leap:1:1")]
    [InlineData("leaaap", "leap:2:1")]
    [InlineData("laepp", "")]
    [InlineData("lampp", "lamp:1:1")]
    public void A_short_word_may_have_one_letter_wrong_and_a_longer_one_two_but_never_the_first(string word, string near)
    {
        using World world = Index([new("vacation"), new("Vacation days"), new("leap lamp")]);

        Assert.Equal(near, Near(world.Spell(word)));
    }

    [Fact]
    public void The_nearest_come_first_and_then_the_most_frequent()
    {
        using World world = Index([new("policy"), new("policy"), new("police police"), new("polished")]);

        Assert.Equal("policy:1:2 police:1:1", Near(world.Spell("polic")));
    }

    [Fact]
    public void A_word_counts_once_in_an_item_and_in_all_connections_together()
    {
        using World world = Index([new("policy policy", Content: "policy")], new Item[] { new("policy"), new("else") });

        Assert.Equal((0, "policy:1:2"), (world.Spell("polcy").Count, Near(world.Spell("polcy"))));
        Assert.Equal(2, world.Spell("policy").Count);
    }

    [Fact]
    public void What_only_hidden_items_have_is_neither_known_nor_suggested()
    {
        using World world = Index([new("vacation", IsVisible: false), new("vacations")]);

        Assert.Equal(0, world.Spell("vacation").Count);
        Assert.Equal("vacations:1:1", Near(world.Spell("vacation")));
        Assert.Equal("vacations:2:1", Near(world.Spell("vacatoin")));
    }

    [Fact]
    public void What_is_not_found_yet_is_not_suggested()
    {
        using World world = Index([new("vacation", IsDelayed: true)]);

        Assert.Equal("", Near(world.Spell("vacatoin", isDelayed: true)));
        Assert.Equal("vacation:1:1", Near(world.Spell("vacatoin")));
    }

    [Fact]
    public void What_no_answer_shows_is_not_suggested()
    {
        using World world = Index([new(Secret: "vacation"), new("vacations", Secret: "vacations")]);

        Assert.Equal(1, world.Spell("vacation").Count);
        Assert.Equal("", Near(world.Spell("vacatoin")));
        Assert.Equal("", Near(world.Spell("vacatoin", Schema.FindOrNull("secret"))));
    }

    [Fact]
    public void A_deleted_item_does_not_count()
    {
        using World world = Index([new("vacation"), new("other")]);
        world.Delete(connection: 0, item: 0);

        Assert.Equal("", Near(world.Spell("vacatoin")));
    }

    [Fact]
    public void What_no_query_could_say_is_not_suggested()
    {
        using World world = Index([new("vacation1 vacatio")]);

        Assert.Equal("vacatio:1:1", Near(world.Spell("vacation")));
    }

    [Theory]
    [InlineData(500, "policy:1:1")]
    [InlineData(501, "")]
    public void A_word_that_is_there_often_is_right(int items, string near)
    {
        using World world = Index([.. Enumerable.Repeat(new Item("polcy"), items), new("policy")]);

        TermSpelling found = world.Spell("polcy");

        Assert.Equal((items, near), (found.Count, Near(found)));
    }

    [Theory]
    [InlineData(511, "vacation:1:1")]
    [InlineData(512, "")]
    public void No_more_dictionaries_are_gone_through_than_a_search_may(int before, string near)
    {
        using World world = Index([new("vacation")]);

        IReadOnlyList<TermSpelling> found = world.SpellAll([.. Enumerable.Repeat("xyz", before), "vacatio"]);

        Assert.Equal(near, Near(found[^1]));
    }

    [Fact]
    public void A_word_is_looked_up_in_all_dictionaries_or_in_none()
    {
        using World world = Index([new("vacation")], new Item[] { new("vacation") });

        IReadOnlyList<TermSpelling> found = world.SpellAll([.. Enumerable.Repeat("xyz", 255), "vacatio", "vacatio"]);

        Assert.Equal(("vacation:1:2", ""), (Near(found[^2]), Near(found[^1])));
    }

    [Fact]
    public void Words_that_are_there_take_no_look_up_from_one_that_is_not()
    {
        using World world = Index([new("vacation holiday")]);

        IReadOnlyList<TermSpelling> found = world.SpellAll([.. Enumerable.Repeat("holiday", 600), "vacatio"]);

        Assert.Equal("vacation:1:1", Near(found[^1]));
    }

    /// <summary>All two letters from <c>abcdefgh</c>, in their order.</summary>
    private static IEnumerable<string> TwoLettersOff => "acdefghijklmnopqrstuvwxyz".SelectMany(second => "abdefghijklmnopqrstuvwxyz"
        .Where(third => (second, third) != ('c', 'b'))
        .Select(third => $"a{second}{third}defgh"));

    [Theory]
    [InlineData(499, "azcdefgz:2:2")]
    [InlineData(500, "aaadefgh:2:1")]
    public void Among_more_than_500_visible_near_words_the_first_are_chosen_from(int before, string best)
    {
        using World world = Index([new(string.Join(' ', TwoLettersOff.Take(before))), new("azcdefgz"), new("azcdefgz")]);

        Assert.StartsWith(best, Near(world.Spell("abcdefgh")), StringComparison.Ordinal);
    }

    [Fact]
    public void However_many_near_words_hidden_items_have_the_visible_ones_are_found()
    {
        using World world = Index([new(string.Join(' ', TwoLettersOff), IsVisible: false), new("azcdefgz")]);

        Assert.Equal("azcdefgz:2:1", Near(world.Spell("abcdefgh")));
    }

    [Theory]
    [InlineData(12, int.MaxValue, "1 policy:1:1")]
    [InlineData(11, int.MaxValue, "0 ")]
    [InlineData(int.MaxValue, 13, "1 policy:1:1")]
    [InlineData(int.MaxValue, 12, "0 ")]
    public void Where_there_is_more_to_look_at_than_a_search_may_nothing_is_said_of_any_word(int maxTerms, int maxPostings, string said)
    {
        Item hidden = new("policy", Content: "polcya polcyb polcyc polcyd polcye", IsVisible: false);
        using World world = Index([new("policy other"), hidden, new(Content: "polcyf polcyg polcyh polcyi polcyj", IsVisible: false)]);

        IReadOnlyList<TermSpelling> found = world.SpellAll(["other", "polcy"], maxTerms: maxTerms, maxPostings: maxPostings);

        Assert.Equal(said, $"{found[0].Count} {Near(found[1])}");
    }

    [Fact]
    public void Looking_words_up_ends_when_it_is_told_to()
    {
        using World world = Index([new("vacation")]);

        Assert.Throws<OperationCanceledException>(() => world.Spell("vacatoin", cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void An_index_answers_what_a_look_at_every_item_says()
    {
        Gen<string> word = Gen.OneOf("abcd", "abce", "abdc", "abcde", "abcdef", "abcdeg", "abcdfe", "abcedf", "abxyef", "acbdef", "bcdefa", "éabcdef", "abcdéf", "abcdefg", "abx", "ab1def");
        Gen<string?> text = Gen.Frequency((1, Gen.Const(() => (string?)null)), (4, word.Array[1, 4].Select(words => (string?)string.Join(' ', words))));
        Gen<Item> item = Gen.Select(text, text, text, Gen.Bool, Gen.Bool).Select((title, secret, content, isVisible, isDelayed) => new Item(title, secret, content, isVisible, isDelayed));
        int suggested = 0;
        Gen.Select(item.Array[0, 12].Array[1, 3], Gen.Select(word, Gen.OneOf("", "title", "secret"), Gen.Bool).Array[40]).Sample(
            (connections, questions) =>
            {
                using World world = Index(connections[0], connections[1..]);
                foreach ((string asked, string name, bool isDelayed) in questions)
                {
                    Property? property = name.Length == 0 ? null : Schema.FindOrNull(name);
                    string token = TextLanguage.Standard.Words(asked).Single();
                    TermSpelling found = world.Spell(token, property, isDelayed);
                    Item[] visible = [.. connections.SelectMany(items => items).Where(one => one.IsVisible && !(isDelayed && one.IsDelayed))];
                    Assert.Equal(visible.Count(one => Has(one, property, token)), found.Count);
                    Assert.Equal(Expected(visible, token, property, found.Count), Near(found));
                    suggested += found.Near.Count > 0 ? 1 : 0;
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(suggested > 200, $"Only {suggested} words had others near them.");
    }

    private static string Expected(Item[] items, string token, Property? property, long count)
    {
        var near = items.SelectMany(item => item.Words(property)).SelectMany(TextLanguage.Standard.Words).Distinct()
            .Where(word => word != token && word[0] == token[0] && word.Length >= 4 && word.All(char.IsLetter))
            .Select(word => (Word: word, Distance: Distance(token, word), Count: items.Count(item => Shows(item, property, word))))
            .Where(word => word.Count > 0 && word.Distance <= (token.Length >= 6 && count == 0 ? 2 : 1)).ToArray();
        return string.Join(' ', near.Where(word => word.Distance == near.Min(other => other.Distance))
            .OrderByDescending(word => word.Count).ThenBy(word => word.Word, StringComparer.Ordinal).Take(5).Select(word => $"{word.Word}:{word.Distance}:{word.Count}"));
    }

    private static bool Has(Item item, Property? property, string token) => item.Words(property).SelectMany(TextLanguage.Standard.Words).Contains(token);

    private static bool Shows(Item item, Property? property, string token) => property is null
        ? Has(item, null, token) && !Has(item, Schema.FindOrNull("secret"), token)
        : property.IsRetrievable && Has(item, property, token);

    /// <summary>Letters put in, left out, changed, or swapped with their neighbour and left alone after that.</summary>
    private static int Distance(string one, string two)
    {
        int[,] table = new int[one.Length + 1, two.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= two.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (one[i - 1] == two[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[one.Length, two.Length];
    }

    private sealed class World : IDisposable
    {
        private readonly List<IndexGeneration> _indexes = [];
        private readonly List<AclTable> _acls = [];

        public World(string folder, ref int number, Item[][] connections)
        {
            foreach (Item[] items in connections)
            {
                IndexGeneration index = IndexGeneration.Create(Path.Combine(folder, $"{++number}"), new IndexOptions());
                _indexes.Add(index);
                var acls = new AclTable(1 << 20, minReadyDocuments: 1);
                acls.Add([
                    KeyValuePair.Create(1, new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)])),
                    KeyValuePair.Create(2, new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant), new AclEntry(AclType.User, Caller.UserId!, AccessType.Deny)])),
                ]);
                _acls.Add(acls);
                var documents = new DocumentBuilder(Schema);
                foreach ((int place, Item item) in items.Index())
                {
                    var values = new Dictionary<string, string?> { ["title"] = item.Title, ["secret"] = item.Secret };
                    index.Put($"i{place}", documents.Build(new FeedItem($"i{place}")
                    {
                        Acl = item.IsVisible ? 1 : 2,
                        Change = 1,
                        SearchableFrom = item.IsDelayed ? Now.ToUnixTimeMilliseconds() + 1 : 0,
                        Properties = JsonSerializer.SerializeToUtf8Bytes(values.Where(value => value.Value is not null).ToDictionary()),
                        Content = item.Content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, item.Content),
                    }));
                    if (place % 4 == 3)
                    {
                        // Another segment.
                        index.Refresh();
                    }
                }

                index.Refresh();
            }
        }

        public void Delete(int connection, int item)
        {
            _indexes[connection].Delete($"i{item}");
            _indexes[connection].Refresh();
        }

        public TermSpelling Spell(string word, Property? property = null, bool isDelayed = false, CancellationToken cancellationToken = default) =>
            SpellAll([word], property, isDelayed, cancellationToken: cancellationToken).Single();

        public IReadOnlyList<TermSpelling> SpellAll(
            string[] words, Property? property = null, bool isDelayed = false, int maxTerms = 100_000, int maxPostings = 32_000_000, CancellationToken cancellationToken = default)
        {
            IndexSearcher[] searchers = [.. _indexes.Select(index => index.Acquire())];
            try
            {
                var targets = _indexes.Select((_, number) => new IndexTarget(new ConnectionKey(number + 1), 0, Schema, new MatchAll(0, 0), new MatchAll(0, 0), Caller)).ToList();
                SpellingScope[] scopes = [.. targets.Select((_, number) => new SpellingScope(number, property))];
                return new SpellingSearch(
                    new SpellingQuery(targets, [.. words.Select(word => new SpellingTerm(word, scopes))], Now),
                    [.. searchers.Select((searcher, number) => new SearchedPart(number, searcher, _acls[number], _indexes[number].Language))],
                    isDelayed,
                    new SearchWork(0, cancellationToken))
                {
                    MaxTerms = maxTerms,
                    MaxPostings = maxPostings,
                }.Run();
            }
            finally
            {
                foreach ((IndexGeneration index, IndexSearcher searcher) in _indexes.Zip(searchers))
                {
                    index.Release(searcher);
                }
            }
        }

        public void Dispose() => _indexes.ForEach(index => index.Dispose());
    }
}
