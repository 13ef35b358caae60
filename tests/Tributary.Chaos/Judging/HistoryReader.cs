using System.Globalization;
using System.Text.Json;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>Reads a run's entries into a <see cref="History"/>.</summary>
internal sealed class HistoryReader
{
    private readonly History _history;
    private readonly AnswerReader _answers;

    private HistoryReader(History history)
    {
        _history = history;
        _answers = new AnswerReader(history);
    }

    /// <exception cref="InvalidDataException">The entries are not those of a run.</exception>
    public static History Read(IEnumerable<RunEntry> entries)
    {
        HistoryReader? reader = null;
        foreach (RunEntry entry in entries)
        {
            if (entry is RunHeader header)
            {
                reader = new HistoryReader(new History(header));
            }
            else if (reader is null)
            {
                throw new InvalidDataException("The file does not begin with what the run was.");
            }
            else if (entry is Exchange exchange)
            {
                reader.Take(exchange);
            }
        }

        return reader?._history ?? throw new InvalidDataException("The file is empty.");
    }

    private void Take(Exchange exchange)
    {
        _history.Requests++;
        if (exchange.Failure == Failure.Unsent || exchange.Status == 429)
        {
            // Not done, by what protocol and product say.
            return;
        }

        if (exchange.Status is null or >= 500)
        {
            _history.Unavailable++;
        }

        if (exchange.Status is >= 500 and not 503)
        {
            Wrong(exchange, "an answer that no outage explains");
        }

        if (exchange is { Status: 503, RetryAfter: null })
        {
            Wrong(exchange, "an answer that does not say when to ask again");
        }

        string path = exchange.Path;
        try
        {
            if (path == World.SearchPath)
            {
                TakeSearch(exchange);
            }
            else if (path.StartsWith(World.ItemsPath, StringComparison.Ordinal))
            {
                TakeItem(exchange, path[World.ItemsPath.Length..]);
            }
            else if (path.StartsWith(World.GroupsPath, StringComparison.Ordinal))
            {
                TakeGroup(exchange, path[World.GroupsPath.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries));
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            Wrong(exchange, $"an answer that cannot be read: {exception.Message}");
        }
    }

    private void TakeItem(Exchange exchange, string item)
    {
        string name = NameOf(exchange);
        if (!_history.Items.TryGetValue(item, out List<ItemOperation>? operations))
        {
            _history.Items.Add(item, operations = []);
        }

        bool isUnknown = exchange.Status is null or >= 500;
        (long begin, long end) = (exchange.Begin, isUnknown ? exchange.End + _history.Header.Late : exchange.End);
        switch (exchange.Method, exchange.Status)
        {
            case ("GET", 200):
                operations.Add(new ReadItem(begin, end, name, _answers.Item(exchange, item)));
                NoteFinal(exchange);
                break;
            case ("GET", 404):
                operations.Add(new ReadItem(begin, end, name, ItemState.Absent));
                NoteFinal(exchange);
                break;
            case ("GET", _) when isUnknown:
                break;
            case ("PUT" or "PATCH", _) when isUnknown || exchange.Status == 200:
                (int? text, int? acl) = _answers.Sent(exchange, item);
                ItemState? answered = isUnknown ? null : _answers.Item(exchange, item);
                operations.Add(exchange.Method == "PUT"
                    ? new PutItem(begin, end, name, new ItemState(text!.Value, acl!.Value)) { IsUnknown = isUnknown }
                    : new PatchItem(begin, end, name, text, acl, answered) { IsUnknown = isUnknown });
                if (exchange.Method == "PUT" && answered is not null && answered != new ItemState(text!.Value, acl!.Value))
                {
                    Wrong(exchange, "an answer that shows another item than the one that was put");
                }

                Count(isUnknown);
                break;
            case ("DELETE", _) when isUnknown || exchange.Status == 204:
                operations.Add(new DeleteItem(begin, end, name) { IsUnknown = isUnknown });
                Count(isUnknown);
                break;
            case ("PATCH" or "DELETE", 404):
                operations.Add(new ReadItem(begin, end, name, ItemState.Absent));
                break;
            default:
                Wrong(exchange, "an answer that none of these requests has");
                break;
        }
    }

    private void TakeGroup(Exchange exchange, string[] path)
    {
        string name = NameOf(exchange);
        string id = path.Length > 0 ? path[0] : AnswerReader.IdOf(exchange.Body!);
        if (!_history.Groups.TryGetValue(id, out List<GroupOperation>? operations))
        {
            _history.Groups.Add(id, operations = []);
            _history.Principals.GroupBit(id);
        }

        bool isUnknown = exchange.Status is null or >= 500;
        (long begin, long end) = (exchange.Begin, isUnknown ? exchange.End + _history.Header.Late : exchange.End);
        GroupOperation? operation;
        switch (exchange.Method, path.Length, exchange.Status)
        {
            case ("POST", 0, _) when isUnknown || exchange.Status == 201:
                operation = new CreateGroup(begin, end, name) { IsUnknown = isUnknown };
                break;
            case ("POST", 0, 409):
                operation = new ReadGroup(begin, end, name, state => state.IsThere);
                break;
            case ("DELETE", 1, _) when isUnknown || exchange.Status == 204:
                operation = new DeleteGroup(begin, end, name) { IsUnknown = isUnknown };
                break;
            case ("DELETE", 1, 404) or ("POST", 2, 404) or ("GET", 2, 404):
                operation = new ReadGroup(begin, end, name, state => !state.IsThere, GroupState.Absent);
                NoteFinal(exchange);
                break;
            case ("POST", 2, _):
                ulong added = _answers.MemberOf(exchange.Body!);
                operation = isUnknown || exchange.Status == 201 ? new AddMember(begin, end, name, added) { IsUnknown = isUnknown }
                    : exchange.Status == 409 ? new ReadGroup(begin, end, name, state => (state.Members & added) != 0)
                    : null;
                break;
            case ("DELETE", 3, _):
                ulong removed = _answers.MemberOfId(path[2]);
                operation = isUnknown || exchange.Status == 204 ? new RemoveMember(begin, end, name, removed) { IsUnknown = isUnknown }
                    : exchange.Status == 404 ? new ReadGroup(begin, end, name, state => (state.Members & removed) == 0)
                    : null;
                break;
            case ("GET", 2, 200):
                var seen = new GroupState(true, _answers.Members(exchange.Answer!));
                operation = new ReadGroup(begin, end, name, state => state == seen, seen);
                NoteFinal(exchange);
                break;
            case ("GET", 2, _) when isUnknown:
                return;
            default:
                operation = null;
                break;
        }

        if (operation is null)
        {
            Wrong(exchange, "an answer that none of these requests has");
            return;
        }

        operations.Add(operation);
        if (!operation.IsRead)
        {
            Count(isUnknown);
        }
    }

    private void TakeSearch(Exchange exchange)
    {
        if (exchange.Status == 200)
        {
            _history.Searches.Add(_answers.Search(exchange));
        }
        else if (exchange.Status is < 500)
        {
            Wrong(exchange, "an answer that none of these requests has");
        }
    }

    private void Count(bool isUnknown)
    {
        _history.Acknowledged += isUnknown ? 0 : 1;
        _history.Unknown += isUnknown ? 1 : 0;
    }

    private void NoteFinal(Exchange exchange)
    {
        if (exchange.Tag == Exchange.FinalTag)
        {
            _history.FinalReads.Add(exchange.Path);
        }
    }

    private void Wrong(Exchange exchange, string what) =>
        _history.Violations.Add(new Violation(exchange.End, $"{NameOf(exchange)}: {what}.\n{exchange.Answer}"));

    private static string NameOf(Exchange exchange)
    {
        string answer = exchange.Status is { } status ? status.ToString(CultureInfo.InvariantCulture) : exchange.Failure.ToString();
        string body = exchange.Method == "GET" || exchange.Body is null ? "" : " " + exchange.Body;
        return $"{exchange.Method} {exchange.Path}{body} by {exchange.Caller} on node {exchange.Node} -> {answer}";
    }
}
