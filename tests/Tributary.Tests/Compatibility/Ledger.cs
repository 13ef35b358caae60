using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tributary.Tests.Compatibility;

/// <summary>The hand-written half of docs/compatibility.md: what is known of each point. The other half is read off the built server.</summary>
internal static partial class Ledger
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyList<RuleRow> Rules { get; } = Read<RuleRow>("rules.json");

    public static IReadOnlyList<EndpointRow> Endpoints { get; } = Read<EndpointRow>("endpoints.json");

    public static IReadOnlyList<ErrorRow> Errors { get; } = Read<ErrorRow>("errors.json");

    public static IReadOnlyList<MemberRow> Members { get; } = Read<MemberRow>("members.json");

    /// <summary>Every row with a name for messages.</summary>
    public static IEnumerable<(string Name, Evidence Row)> All =>
    [
        .. Rules.Select(row => ($"rule {row.Area}: {row.Point}", (Evidence)row)),
        .. Endpoints.Select(row => ($"endpoint {row.Endpoint}", (Evidence)row)),
        .. Errors.Select(row => ($"error {row.Entry}", (Evidence)row)),
        .. Members.Select(row => ($"member {row.Member}", (Evidence)row)),
    ];

    /// <summary>The repository's root, above the built tests.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every test of both projects as <c>Class.Method</c>: those of this assembly by reflection, those with real clients by their source.</summary>
    public static IReadOnlySet<string> Tests { get; } = FindTests();

    private static HashSet<string> FindTests()
    {
        var tests = new HashSet<string>(StringComparer.Ordinal);
        foreach (Type type in typeof(Ledger).Assembly.GetTypes())
        {
            // A contract's tests are those of the class that runs them; both names are understood.
            foreach (System.Reflection.MethodInfo method in type.GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0))
            {
                tests.Add($"{type.Name}.{method.Name}");
            }
        }

        string conformance = Path.Combine(Root, "tests", "Tributary.ConformanceTests");
        foreach (string folder in Directory.GetDirectories(conformance).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj" or "node")))
        {
            foreach (string file in Directory.GetFiles(folder, "*Tests.cs", SearchOption.AllDirectories))
            {
                foreach (Match match in TestMethod().Matches(File.ReadAllText(file)))
                {
                    tests.Add($"{Path.GetFileNameWithoutExtension(file)}.{match.Groups[1].Value}");
                }
            }
        }

        return tests;
    }

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tributary.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not stand below the repository's root.");
    }

    private static List<T> Read<T>(string name)
    {
        using Stream data = typeof(Ledger).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<List<T>>(data, Options)!;
    }
}
