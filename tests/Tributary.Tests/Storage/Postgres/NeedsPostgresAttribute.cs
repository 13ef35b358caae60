using Xunit.v3;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Tests that are left out where there is no PostgreSQL server, see <see cref="Hosting.TestProgram"/>.</summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NeedsPostgresAttribute : Attribute, ITraitAttribute
{
    public const string Name = "Needs";
    public const string Value = "PostgreSQL";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, Value)];
}
