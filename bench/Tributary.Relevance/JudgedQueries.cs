using System.Globalization;

namespace Tributary.Relevance;

/// <summary>Reads files of judged queries; <c>judged.txt</c> tells the format at its head.</summary>
internal static class JudgedQueries
{
    private const string Arrow = " -> ";
    private const string Narrowed = " & ";

    public static string DefaultFile => Path.Combine(AppContext.BaseDirectory, "relevance", "judged.txt");

    /// <exception cref="FormatException">A line is not understood, judges a document that is not there, or repeats a query; the message has its number.</exception>
    public static IReadOnlyList<RelevanceQuery> Read(IEnumerable<string> lines, IReadOnlySet<string> documents)
    {
        var queries = new List<RelevanceQuery>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        string? kind = null;
        foreach ((int index, string line) in lines.Index())
        {
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (text[0] == '[' && text[^1] == ']')
            {
                kind = text[1..^1];
                continue;
            }

            RelevanceQuery query = ReadLine(kind, text, documents, index + 1);
            queries.Add(known.Add(query.Text) ? query : throw Wrong(index + 1, $"'{query.Text}' was judged before"));
        }

        return queries;
    }

    private static RelevanceQuery ReadLine(string? kind, string line, IReadOnlySet<string> documents, int number)
    {
        if (kind is null)
        {
            throw Wrong(number, "no [kind] stands before it");
        }

        string[] sides = line.Split(Arrow);
        if (sides.Length != 2)
        {
            throw Wrong(number, "it is not 'words -> 3: document', with one arrow");
        }

        string[] asked = sides[0].Split(Narrowed, StringSplitOptions.TrimEntries);
        if (asked.Length > 2 || asked.Any(part => part.Length == 0))
        {
            throw Wrong(number, "before the arrow stand words, and at most one restriction after ' & '");
        }

        Dictionary<string, int> grades = ReadGrades(sides[1], documents, number);
        return grades.Values.Any(grade => grade >= RelevanceQuery.Relevant)
            ? new RelevanceQuery(kind, asked[0], asked.ElementAtOrDefault(1), grades)
            : throw Wrong(number, $"no document has {RelevanceQuery.Relevant} or more, so no ranking could be right");
    }

    private static Dictionary<string, int> ReadGrades(string text, IReadOnlySet<string> documents, int number)
    {
        var grades = new Dictionary<string, int>(StringComparer.Ordinal);
        int grade = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[^1] == ':')
            {
                if (!int.TryParse(word[..^1], CultureInfo.InvariantCulture, out grade) || grade is < 1 or > RelevanceQuery.MaxGrade)
                {
                    throw Wrong(number, $"'{word}' is no grade; 1: to {RelevanceQuery.MaxGrade}: are");
                }
            }
            else if (grade == 0)
            {
                throw Wrong(number, $"no grade stands before '{word}'");
            }
            else if (!documents.Contains(word))
            {
                throw Wrong(number, $"there is no document '{word}'");
            }
            else if (!grades.TryAdd(word, grade))
            {
                throw Wrong(number, $"'{word}' has two grades");
            }
        }

        return grades;
    }

    private static FormatException Wrong(int number, string what) => new($"Line {number}: {what}.");
}
