namespace Tributary.Chaos.Judging;

/// <summary>Every text that was sent, by number. An answer may show one before the line of the request that sent it was written.</summary>
internal sealed class TextBook
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<ItemText?> _sent = [];

    public int NumberOf(string stamp)
    {
        if (!_numbers.TryGetValue(stamp, out int number))
        {
            number = _sent.Count;
            _numbers.Add(stamp, number);
            _sent.Add(null);
        }

        return number;
    }

    /// <exception cref="InvalidDataException">Another text has the stamp, so that answers could not be told apart.</exception>
    public int Send(ItemText text)
    {
        int number = NumberOf(text.Stamp);
        if (_sent[number] is { } other && other != text)
        {
            throw new InvalidDataException($"Two texts have the stamp {text.Stamp}.");
        }

        _sent[number] = text;
        return number;
    }

    /// <summary>Null when no request sent it.</summary>
    public ItemText? FindOrNull(int number) => _sent[number];
}
