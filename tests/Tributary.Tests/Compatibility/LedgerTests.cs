using System.Reflection;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;
using Tributary.Quirks;
using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Compatibility;

/// <summary>
/// docs/compatibility.md is what the built server and the ledger make of it, and nothing that the server has lacks a row. Whatever is new fails here by name.
/// </summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private const string UpdateVariable = "TRIBUTARY_UPDATE_LEDGER";

    /// <summary>What a test over HTTP has in its source: a host of one of the two projects.</summary>
    private static readonly string[] Hosts = ["Server", "AuthHost", "Fixture"];

    private IReadOnlyList<MappedEndpoint> _endpoints = null!;

    /// <summary>With all that has to be asked for.</summary>
    public async ValueTask InitializeAsync()
    {
        await using TestServer server = await TestServer.StartAsync("Telemetry:Prometheus=true");
        _endpoints = EndpointSurface.Of(server.Services);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void The_document_is_current()
    {
        string path = Path.Combine(Ledger.Root, "docs", "compatibility.md");
        string document = CompatibilityDocument.Write(_endpoints);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, document);
        }

        Assert.True(
            document == File.ReadAllText(path),
            $"docs/compatibility.md is not current. Run this test with {UpdateVariable}=1, read the difference and commit it.\n{FirstDifference(document, File.ReadAllText(path))}");
    }

    [Fact]
    public void Every_endpoint_has_a_permission() => None(
        _endpoints.Where(endpoint => endpoint.Permission.Length == 0 || endpoint.Permission.Contains(" / ", StringComparison.Ordinal)).Select(endpoint => endpoint.Name),
        "lack a permission, or have another one in each version");

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        None(_endpoints.Select(endpoint => endpoint.Name).Except(Ledger.Endpoints.Select(row => row.Endpoint)), "lack a row in endpoints.json");
        None(Ledger.Endpoints.Select(row => row.Endpoint).Except(_endpoints.Select(endpoint => endpoint.Name)), "have a row in endpoints.json and are not mapped");
    }

    [Fact]
    public void Every_endpoint_is_in_the_versions_that_its_row_says() => None(
        _endpoints
            .Join(Ledger.Endpoints, endpoint => endpoint.Name, row => row.Endpoint, (endpoint, row) => (endpoint, row))
            .Where(pair => pair.endpoint.VersionNames != pair.row.Versions)
            .Select(pair => $"{pair.endpoint.Name} ({pair.endpoint.VersionNames}, not {pair.row.Versions})"),
        "are in other versions than their rows say");

    [Fact]
    public void The_paths_of_each_version_are_those_of_its_model_but_for_what_their_rows_except()
    {
        foreach (GraphVersion version in Enum.GetValues<GraphVersion>())
        {
            IReadOnlySet<string> model = EndpointSurface.PathsOfModel(version);
            MappedEndpoint[] mapped = [.. _endpoints.Where(endpoint => endpoint.Versions.Contains(version))];
            var excepted = Ledger.Endpoints.Where(row => !row.IsInModel).Select(row => row.Endpoint).ToHashSet(StringComparer.Ordinal);

            None(
                mapped.Where(endpoint => !excepted.Contains(endpoint.Name) && !model.Contains(EndpointSurface.WithoutKeys(endpoint.Path))).Select(endpoint => endpoint.Name),
                $"are no path of the model of {version.Segment()}");
            None(
                mapped.Where(endpoint => excepted.Contains(endpoint.Name) && model.Contains(EndpointSurface.WithoutKeys(endpoint.Path))).Select(endpoint => endpoint.Name),
                $"are a path of the model of {version.Segment()}, though their rows say otherwise");
            None(
                model.Except(mapped.Select(endpoint => EndpointSurface.WithoutKeys(endpoint.Path))).Where(path => !path.EndsWith("activities/$count", StringComparison.Ordinal) && path != "/search"),
                $"are paths of the model of {version.Segment()} that nothing answers");
        }
    }

    [Fact]
    public void Every_error_has_a_row_and_every_row_an_error()
    {
        None(ErrorCatalogue.Entries.Select(entry => entry.Name).Except(Ledger.Errors.Select(row => row.Entry)), "lack a row in errors.json");
        None(Ledger.Errors.Select(row => row.Entry).Except(ErrorCatalogue.Entries.Select(entry => entry.Name)), "have a row in errors.json and are in no catalogue");
    }

    [Fact]
    public void Every_error_is_asked_for_by_its_name_code_or_text_in_a_test_over_HTTP()
    {
        string tests = Path.Combine(Ledger.Root, "tests");
        Dictionary<string, string> sources = Directory.EnumerateFiles(tests, "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(tests, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .GroupBy(file => Path.GetFileNameWithoutExtension(file))
            .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));
        var rows = Ledger.Errors.ToDictionary(row => row.Entry);

        None(
            ErrorCatalogue.Entries
                .Where(entry => rows.TryGetValue(entry.Name, out ErrorRow? row) && !row.Tests.Any(test => Asks(sources.GetValueOrDefault(test.Split('.')[0], ""), entry)))
                .Select(entry => entry.Name),
            "are reached by none of the tests that their rows name");

        static bool Asks(string source, CatalogueEntry entry)
        {
            string longestPiece = entry.Message.Split('{', '}').MaxBy(piece => piece.Length)!;
            bool isOverHttp = Hosts.Any(host => source.Contains(host, StringComparison.Ordinal));
            bool isNamed = source.Contains(entry.Name, StringComparison.Ordinal)
                || source.Contains($"\"{entry.Code}\"", StringComparison.Ordinal)
                || (longestPiece.Length > 10 && source.Contains(longestPiece, StringComparison.Ordinal));
            return isOverHttp && isNamed;
        }
    }

    [Fact]
    public void Every_member_is_published_or_has_a_row_and_every_row_a_member()
    {
        string[] known = [.. Ledger.Members.Select(row => row.Member)];
        None(
            ModelMembers.All.Where(member => !member.IsPublished || member.Versions == GraphVersions.None).Select(member => member.Name).Except(known),
            "are not both published and there, and lack a row in members.json");
        None(known.Except(ModelMembers.All.Select(member => member.Name)), "have a row in members.json and are in no model");
    }

    [Fact]
    public void Every_quirk_has_a_source_and_a_test_class()
    {
        string[] classes = [.. typeof(LedgerTests).Assembly.GetTypes().Where(type => type.Namespace == "Tributary.Tests.Quirks").Select(type => type.Name)];
        None(Quirk.All.Where(quirk => quirk.Source.Length == 0).Select(quirk => quirk.Id), "have no source");

        // The two of throttled answers share a table.
        None(
            Quirk.All.Select(quirk => quirk.Id).Where(id => !classes.Contains(ClassOf(id)) && id is not ("throttled-without-wait" or "fractional-retry-after")),
            "have no tests of their own");

        static string ClassOf(string id) => string.Concat(id.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Tests";
    }

    [Fact]
    public void Every_option_is_in_the_configuration_reference()
    {
        string reference = File.ReadAllText(Path.Combine(Ledger.Root, "docs", "configuration.md"));
        IEnumerable<string> settings = typeof(ICheckedOptions).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && (typeof(ICheckedOptions).IsAssignableFrom(type) || type == typeof(AuthOptions)))
            .SelectMany(type =>
            {
                string? section = type.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null) as string;
                return type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                    .Where(property => property.CanWrite)
                    .Select(property => section is null ? property.Name : $"{section}:{property.Name}");
            });

        settings = [.. settings.Except(["Auth:Claims", "Auth:Development", "Search:Ranking"]), .. Below("Search:Ranking", typeof(RankingOptions)), .. Below("Auth:Claims", typeof(ClaimOptions)), .. Below("Auth:Development", typeof(DevIssuerOptions))];
        None(settings.Where(setting => !reference.Contains("`" + setting, StringComparison.Ordinal)), "are not in docs/configuration.md");

        static IEnumerable<string> Below(string section, Type options) =>
            options.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite).Select(property => $"{section}:{property.Name}");
    }

    [Fact]
    public void Every_row_names_tests_that_there_are() => None(
        Ledger.All.SelectMany(row => row.Row.Tests.Count == 0
            ? [$"{row.Name} (names none)"]
            : row.Row.Tests.Where(test => !Ledger.Tests.Contains(test)).Select(test => $"{row.Name} ({test})")),
        "name no test, or one that is not there");

    [Fact]
    public void Nothing_is_the_same_on_our_own_word()
    {
        None(
            Ledger.All.Where(row => row.Row is { Parity: Parity.Same, Standing: Standing.Proposal }).Select(row => row.Name),
            "are called the same and are proposals of ours");
        None(
            Ledger.All.Where(row => row.Row is { Parity: Parity.Same, Source: "" }).Select(row => row.Name),
            "are called the same without a source");
    }

    [Fact]
    public void A_choice_is_never_called_documented() => None(
        Ledger.Rules.Where(row => row.Does.Contains("**choice**", StringComparison.Ordinal) && row.Standing != Standing.Proposal).Select(row => row.Point),
        "are a choice of ours under another standing");

    [Fact]
    public void No_row_stands_twice()
    {
        None(Twice(Ledger.Endpoints.Select(row => row.Endpoint)), "stand twice in endpoints.json");
        None(Twice(Ledger.Errors.Select(row => row.Entry)), "stand twice in errors.json");
        None(Twice(Ledger.Members.Select(row => row.Member)), "stand twice in members.json");
        None(Twice(Ledger.Rules.Select(row => $"{row.Area}: {row.Point}")), "stand twice in rules.json");

        static IEnumerable<string> Twice(IEnumerable<string> names) => names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);
    }

    private static void None(IEnumerable<string> names, string what)
    {
        string[] found = [.. names.Order(StringComparer.Ordinal)];
        Assert.True(found.Length == 0, $"{found.Length} {what}:\n{string.Join('\n', found)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] there = actual.Split('\n');
        string[] due = expected.Split('\n');
        int line = Enumerable.Range(0, Math.Max(there.Length, due.Length)).FirstOrDefault(i => there.ElementAtOrDefault(i) != due.ElementAtOrDefault(i));
        return $"Line {line + 1} is\n{there.ElementAtOrDefault(line)}\nand should be\n{due.ElementAtOrDefault(line)}";
    }
}
