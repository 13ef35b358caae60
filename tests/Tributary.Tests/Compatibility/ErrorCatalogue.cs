using System.Reflection;
using Tributary.Graph;
using Tributary.Search;

namespace Tributary.Tests.Compatibility;

/// <summary>An entry of a catalogue with what it says; what a call puts in stands in braces.</summary>
internal sealed record CatalogueEntry(string Name, int Status, string Code, string Message, string? InnerCode);

/// <summary>Every error that this server can answer, read off <see cref="GraphErrors"/> and <see cref="SearchErrors"/>.</summary>
internal static class ErrorCatalogue
{
    /// <summary>Numbers that no text has by itself, so that they can be told apart and taken out again.</summary>
    private const int Mark = 770_001;

    public static IReadOnlyList<CatalogueEntry> Entries { get; } =
    [
        .. new[] { typeof(GraphErrors), typeof(SearchErrors) }
            .SelectMany(Members)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<CatalogueEntry> Members(Type catalogue)
    {
        const BindingFlags Public = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in catalogue.GetFields(Public).Where(field => IsError(field.FieldType)))
        {
            yield return Entry($"{catalogue.Name}.{field.Name}", field.GetValue(null)!, []);
        }

        foreach (MethodInfo method in catalogue.GetMethods(Public).Where(method => IsError(method.ReturnType)))
        {
            ParameterInfo[] parameters = method.GetParameters();
            string name = $"{catalogue.Name}.{method.Name}({string.Join(", ", parameters.Select(parameter => parameter.Name))})";

            // Where one value decides which error it is, each is an entry.
            if (parameters is [{ ParameterType: { IsEnum: true } kind }, ..])
            {
                foreach (object value in Enum.GetValues(kind))
                {
                    yield return Invoke(name.Replace("(" + parameters[0].Name, "(" + value, StringComparison.Ordinal), method, [value, .. parameters.Skip(1).Select(Sample)]);
                }
            }
            else if (parameters is [{ Name: "status" }, ..])
            {
                int[] statuses = method.Name == nameof(GraphErrors.Injected)
                    ? [400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 416, 418, 422, 423, 424, 429, 431, 500, 501, 502, 503, 504, 507, 509]
                    : [400, 408, 413];
                foreach (int status in statuses)
                {
                    object?[] rest = [.. parameters.Skip(1).Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Sample(parameter))];
                    yield return Invoke($"{catalogue.Name}.{method.Name}({status})", method, [status, .. rest]);
                }
            }
            else if (parameters is [{ ParameterType: var type }] && type == typeof(IReadOnlyList<Problem>))
            {
                foreach (ProblemKind problem in Enum.GetValues<ProblemKind>())
                {
                    yield return Invoke(
                        name.Replace("problems", problem.ToString(), StringComparison.Ordinal),
                        method,
                        [new[] { new Problem(problem, "{path}", "{code}", "{message}") }]);
                }
            }
            else
            {
                yield return Invoke(name, method, [.. parameters.Select(Sample)]);
            }
        }
    }

    private static bool IsError(Type type) => type == typeof(GraphError) || type == typeof(SearchError);

    private static CatalogueEntry Invoke(string name, MethodInfo method, object?[] arguments) => Entry(name, method.Invoke(null, arguments)!, method.GetParameters());

    private static CatalogueEntry Entry(string name, object error, ParameterInfo[] parameters)
    {
        return error is GraphError graph
            ? new CatalogueEntry(name, graph.Status, graph.Code, Unmarked(graph.Message), graph.InnerCode)
            : new CatalogueEntry(name, ((SearchError)error).Status, ((SearchError)error).Code, Unmarked(((SearchError)error).Message), null);

        string Unmarked(string text) => parameters.Aggregate(
            text,
            (rest, parameter) => rest
                .Replace(TimeSpan.FromSeconds(Mark + parameter.Position).ToString("c"), "{" + parameter.Name + "}", StringComparison.Ordinal)
                .Replace((Mark + parameter.Position).ToString(System.Globalization.CultureInfo.InvariantCulture), "{" + parameter.Name + "}", StringComparison.Ordinal));
    }

    private static object Sample(ParameterInfo parameter)
    {
        int mark = Mark + parameter.Position;
        Type type = parameter.ParameterType;
        return type == typeof(string) ? "{" + parameter.Name + "}"
            : type == typeof(int) ? mark
            : type == typeof(long) ? (object)(long)mark
            : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(mark)
            : type == typeof(IEnumerable<string>) ? new[] { "{" + parameter.Name + "}" }
            : throw new NotSupportedException($"Say how {parameter.Member.Name} is called with {parameter.Name}, of {type}.");
    }
}
