using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>One query as several connections read it. Names mean what they mean in each of them (search 7.3).</summary>
internal sealed class QueryReading
{
    private QueryReading(KqlNode? plain, KqlNode? withoutNames, IReadOnlyList<KqlNode> trees, KqlError? error, KqlError? strictError)
    {
        Plain = plain;
        WithoutNames = withoutNames;
        Trees = trees;
        Error = error;
        StrictError = strictError;
    }

    /// <summary>The query as plain words: what is searched where it is malformed. Null when nothing in it can be searched for.</summary>
    public KqlNode? Plain { get; }

    /// <summary>The query where no name means anything, as when there are no connections; null when <see cref="Plain"/> is.</summary>
    public KqlNode? WithoutNames { get; }

    /// <summary>One for each connection, in their order: its tree, or <see cref="Plain"/> where it is malformed. None when that is null.</summary>
    public IReadOnlyList<KqlNode> Trees { get; }

    /// <summary>What makes the query malformed (search 7.9), in the first of the connections where it is; null when it is well-formed in all.</summary>
    public KqlError? Error { get; }

    /// <summary><see cref="Error"/>, or what only <see cref="StrictRules"/> tell.</summary>
    public KqlError? StrictError { get; }

    /// <summary>
    /// A name that only some of the connections know is a restriction in all, and finds nothing in the others (search 7.3); one that none knows is free text.
    /// </summary>
    /// <exception cref="OperationCanceledException">Asked for between two connections.</exception>
    public static QueryReading Of(string text, IReadOnlyList<QueriedConnection> connections, KqlLimits limits, CancellationToken cancellationToken)
    {
        KqlResult withoutNames = KqlParser.Parse(text, _ => null, limits);
        KqlNode? plain = limits.TooLongOrNull(text) is null ? KqlPlainText.Read(text, limits.MaxClauses) ?? withoutNames.Tree : null;
        if (plain is null || connections.Count == 0)
        {
            return new QueryReading(
                plain,
                plain is null ? null : withoutNames.Tree ?? plain,
                [],
                withoutNames.Error,
                withoutNames.Error ?? StrictRules.ErrorOrNull(withoutNames.Tree!, schema: null));
        }

        // Looked up once for all connections: a query may have a thousand names, and a tenant a hundred connections.
        var known = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        (KqlError? first, KqlError? strict) = (null, null);
        var trees = new KqlNode[connections.Count];
        for (int i = 0; i < trees.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Schema schema, SystemValues values) = connections[i];
            KqlResult parsed = KqlParser.Parse(
                text, name => PropertyNames.KeyOrNull(schema, name) ?? (IsKnown(name) ? PropertyNames.ForeignKey(name) : null), limits);
            KqlError? error = parsed.Error ?? RestrictionRules.ErrorOrNull(parsed.Tree!, schema);
            first ??= error;
            strict ??= error ?? StrictRules.ErrorOrNull(parsed.Tree!, schema);
            trees[i] = error is null ? SystemRestrictions.Resolve(parsed.Tree!, values) : plain;
        }

        return new QueryReading(plain, withoutNames.Tree ?? plain, trees, first, first ?? strict);

        bool IsKnown(string name)
        {
            if (!known.TryGetValue(name, out bool isKnown))
            {
                isKnown = connections.Any(connection => PropertyNames.KeyOrNull(connection.Schema, name) is not null);
                known.Add(name, isKnown);
            }

            return isKnown;
        }
    }
}

/// <summary>A connection as far as the reading of a query asks for it.</summary>
internal readonly record struct QueriedConnection(Schema Schema, SystemValues Values);
