using System.Globalization;
using System.Text;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>
/// Judges a run by its file alone: items and groups as registers, each search by what was possible while it ran, and then items again together with what searches
/// showed of them.
/// </summary>
internal sealed class Judge
{
    /// <summary>Operations of a register that a violation tells, those before it and at its time.</summary>
    private const int ToldOperations = 12;

    private readonly History _history;
    private readonly List<Violation> _violations;
    private readonly Dictionary<string, Timeline<ItemState>> _items = new(StringComparer.Ordinal);
    private readonly Timeline<GroupState>[] _groups;
    private readonly HashSet<string> _impossible = new(StringComparer.Ordinal);

    private Judge(History history)
    {
        _history = history;
        _violations = [.. history.Violations];
        _groups = [.. history.Principals.Groups.Select(_ => new Timeline<GroupState>(GroupState.Absent))];
    }

    /// <param name="entries">Of a run's file.</param>
    /// <param name="isWhole">Whether the run came to its end, so that what is read then must be there.</param>
    /// <exception cref="InvalidDataException">They are not those of a run.</exception>
    public static Verdict Of(IEnumerable<RunEntry> entries, bool isWhole = true) => new Judge(HistoryReader.Read(entries)).Run(isWhole);

    private Verdict Run(bool isWhole)
    {
        JudgeTexts();
        foreach ((string group, List<GroupOperation> operations) in _history.Groups)
        {
            int number = _history.Principals.Groups.Index().First(named => named.Item == group).Index;
            _groups[number] = Follow(group, $"Group '{group}'", GroupState.Absent, operations, state => state.IsThere ? $"{state.Members:x}" : "not there");
        }

        foreach ((string item, List<ItemOperation> operations) in _history.Items)
        {
            _items.Add(item, Follow(item, $"Item '{item}'", ItemState.Absent, operations, TextOf));
        }

        var searches = new SearchJudge(_history, _items, _groups);
        foreach (Search search in _history.Searches)
        {
            if (searches.Judge(search) is { } problem)
            {
                _violations.Add(new Violation(search.End, $"{TextOf(search)}: {problem}{HistoryOfNamed(problem, search)}"));
            }
        }

        foreach ((string item, List<ItemOperation> observed) in searches.Observations)
        {
            // Of an item that is wrong by what was asked of it alone, that was told.
            if (!_impossible.Contains(item))
            {
                _ = Follow(item, $"Item '{item}', as it was shown", ItemState.Absent, [.. _history.Items[item], .. observed], TextOf);
            }
        }

        if (isWhole)
        {
            _violations.AddRange(new FinalCheck(_history, _items, searches).Problems());
        }

        return new Verdict
        {
            Violations = [.. _violations.OrderBy(violation => violation.Time)],
            Requests = _history.Requests,
            Acknowledged = _history.Acknowledged,
            Unknown = _history.Unknown,
            Unavailable = _history.Unavailable,
            Searches = _history.Searches.Count,
            Unjudged = searches.Unjudged,
            MustShow = searches.MustShow,
            MustHide = searches.MustHide,
            Observations = searches.Observations.Values.Sum(observed => observed.Count),
        };
    }

    /// <summary>Nothing is shown that was not sent, letter by letter.</summary>
    private void JudgeTexts()
    {
        foreach ((ItemText shown, long time, string where) in _history.Shown)
        {
            ItemText? sent = _history.Texts.FindOrNull(_history.Texts.NumberOf(shown.Stamp));
            if (sent is null || !sent.IsShownBy(shown))
            {
                _violations.Add(new Violation(time, $"{where} shows {shown}, and {(sent is null ? "nobody sent that" : $"what was sent is {sent}")}."));
            }
        }
    }

    private Timeline<TState> Follow<TState>(string id, string what, TState initial, IReadOnlyCollection<Operation<TState>> operations, Func<TState, string> text)
        where TState : struct, IEquatable<TState> => Register<TState>.Run(initial, operations, (operation, states) =>
        {
            _impossible.Add(id);
            _violations.Add(new Violation(
                operation.End,
                $"{what}: {operation} cannot be: it was {string.Join(" or ", states.Select(text))}.\n{HistoryOf(operations, operation.Begin, operation.End)}"));
        });

    private string HistoryOfNamed(string problem, Search search)
    {
        // The problem names the item in quotes.
        string[] parts = problem.Split('\'');
        return parts.Length > 1 && _history.Items.TryGetValue(parts[1], out List<ItemOperation>? operations) ? "\n" + HistoryOf(operations, search.Begin, search.End) : "";
    }

    private static string HistoryOf<TState>(IEnumerable<Operation<TState>> operations, long begin, long end)
        where TState : struct, IEquatable<TState>
    {
        var text = new StringBuilder();
        foreach (Operation<TState> operation in operations.Where(operation => operation.Begin <= end).OrderBy(operation => operation.End).TakeLast(ToldOperations))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {operation.Begin}..{operation.End} {operation}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"  > {begin}..{end}").ToString();
    }

    private string TextOf(ItemState state) =>
        state.IsThere ? $"{_history.Texts.FindOrNull(state.Text)?.Stamp ?? "?"} [{_history.Acls.TextOf(state.Acl)}]" : "not there";

    private string TextOf(Search search)
    {
        Person person = _history.Principals.People[search.User];
        return $"Search for '{search.Query.Text}' from {search.From}, {search.Size} hits, by {person.Name} on node {search.Node}, {search.Begin}..{search.End}";
    }
}
