using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Search.Query;
using Spectre.Console;

namespace MarkdownConnector;

/// <summary>Asks the same question as several people and shows their answers side by side.</summary>
internal sealed partial class SearchComparison(string connectionId, IReadOnlyList<(string Name, GraphServiceClient Graph)> people)
{
    private const int PageSize = 25;

    public async Task<Table> RunAsync(string words, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(people.Select(person => SearchAsync(person.Graph, words, cancellationToken)));

        var table = new Table { Title = new TableTitle(Markup.Escape(words)), Border = TableBorder.Rounded, ShowRowSeparators = true, Expand = true };
        foreach (var (person, answer) in people.Zip(answers))
        {
            table.AddColumn(new TableColumn(Markup.Escape($"{person.Name}: {answer.Total} found")));
        }

        // A row for each item that anyone was shown, so that a gap is one that this person was not.
        var items = answers.SelectMany(answer => answer.Hits).OrderBy(hit => hit.Rank).DistinctBy(hit => hit.HitId);
        foreach (var item in items)
        {
            table.AddRow(answers.Select(answer => Cell(answer.Hits.FirstOrDefault(hit => hit.HitId == item.HitId))));
        }

        return table;
    }

    private async Task<Answer> SearchAsync(GraphServiceClient graph, string words, CancellationToken cancellationToken)
    {
        var body = new QueryPostRequestBody
        {
            Requests =
            [
                new SearchRequest
                {
                    EntityTypes = [EntityType.ExternalItem],
                    ContentSources = [$"/external/connections/{connectionId}"],
                    Query = new SearchQuery { QueryString = words },
                    From = 0,
                    Size = PageSize,
                    Fields = ["title", "url", "department"],
                },
            ],
        };
        var response = await graph.Search.Query.PostAsQueryPostResponseAsync(body, cancellationToken: cancellationToken);
        var container = response?.Value?.FirstOrDefault()?.HitsContainers?.FirstOrDefault();
        return new Answer(container?.Total ?? 0, container?.Hits ?? []);
    }

    private static Markup Cell(SearchHit? hit)
    {
        if (hit is null)
        {
            return new Markup("[grey]–[/]");
        }

        var properties = (hit.Resource as ExternalItem)?.Properties?.AdditionalData;
        var title = properties?.TryGetValue("title", out var value) is true ? value?.ToString() : hit.HitId;
        return new Markup($"[bold]{Line(title ?? "")}[/]\n{Summary(hit.Summary ?? "")}");
    }

    /// <summary>
    /// Graph marks the words that were found with <c>&lt;c0&gt;</c> and what it left out with <c>&lt;ddd/&gt;</c>. A document may hold the same letters,
    /// one without the other too.
    /// </summary>
    private static string Summary(string summary)
    {
        var markup = new StringBuilder();
        var isMarked = false;
        foreach (var part in Marks().Split(summary))
        {
            switch (part)
            {
                case "<c0>" or "</c0>":
                    markup.Append(isMarked == (part is "</c0>") ? (isMarked ? "[/]" : "[yellow]") : "");
                    isMarked = part is "<c0>";
                    break;
                case "<ddd/>":
                    markup.Append('…');
                    break;
                default:
                    markup.Append(Line(part));
                    break;
            }
        }

        return markup.Append(isMarked ? "[/]" : "").ToString();
    }

    /// <summary>On one line and without control characters, which a document could use to write elsewhere on the reader's screen.</summary>
    private static string Line(string text) => Markup.Escape(Unprintable().Replace(text, " "));

    [GeneratedRegex("(</?c0>|<ddd/>)")]
    private static partial Regex Marks();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Unprintable();

    private sealed record Answer(int Total, IReadOnlyList<SearchHit> Hits);
}
