namespace Tributary.Graph;

/// <summary>What happens to a member of a request's body that its type does not declare.</summary>
internal enum UnknownMembers
{
    /// <summary>400 that names it: a mistyped name is found at the first try.</summary>
    Refuse,

    /// <summary>It is read past, as older services do.</summary>
    Ignore,
}

/// <summary>Section <c>Graph</c>: what holds for all of the surface.</summary>
internal sealed class GraphOptions : ICheckedOptions
{
    public const string Section = "Graph";

    /// <summary>Undeclared members of closed types, those of the other version included (U13, U14).</summary>
    public UnknownMembers UnknownMembers { get; set; } = UnknownMembers.Refuse;

    /// <summary>
    /// Take values only as the reference writes them: no enum text in another letter case or as number, no Boolean as text, no bare string for <c>aliases</c>, no
    /// second spelling of a label, no annotation behind its property. Names of members are compared ignoring case all the same.
    /// </summary>
    public bool StrictValues { get; set; }

    /// <summary>Serve the whole tree of <c>/external/connections</c> at <c>/connections</c> too, where generated clients have it a second time.</summary>
    public bool ConnectionsRoot { get; set; } = true;

    /// <summary>Compress answers to clients that ask for it (<see cref="CompressedAnswers"/>).</summary>
    public bool CompressAnswers { get; set; } = true;

    /// <summary>Serve all of the API whatever the cloud of <c>Auth:Cloud</c> lacks.</summary>
    public bool WholeInEveryCloud { get; set; }

    public IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(UnknownMembers))
        {
            yield return $"Graph:UnknownMembers is {UnknownMembers}; it must be Refuse or Ignore.";
        }
    }
}
