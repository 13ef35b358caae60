namespace Tributary.Schemas;

/// <summary>What may be set about schemas.</summary>
internal sealed class SchemaOptions : ICheckedOptions
{
    public const string Section = "Schemas";

    /// <summary>
    /// Refuse a labelled property that is not retrievable (S10, U51). The documentation states the rule twice and breaks it in its own example table;
    /// switch it off for connectors that copied that table.
    /// </summary>
    public bool RequireRetrievableLabels { get; set; } = true;

    /// <summary>
    /// How long an accepted schema takes until it is in force, or the range of it. The real service takes 5 to 15 minutes; 0 has it completed before the first
    /// poll.
    /// </summary>
    public string ProvisioningDelay { get; set; } = "00:00:00";

    /// <summary><see cref="ProvisioningDelay"/>, read; zero when it is no range.</summary>
    public DurationRange ProvisioningRange() => DurationRange.TryParse(ProvisioningDelay, out DurationRange range) ? range : default;

    public IEnumerable<string> Problems()
    {
        if (!DurationRange.TryParse(ProvisioningDelay, out _))
        {
            yield return DurationRange.Problem("Schemas:ProvisioningDelay", ProvisioningDelay);
        }
    }
}
