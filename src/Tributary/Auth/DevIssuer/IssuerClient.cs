using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>How a client proved that it is the application; the values are those of <c>appidacr</c> and <c>azpacr</c>.</summary>
internal enum ClientProof
{
    None = 0,
    Secret = 1,
    Certificate = 2,
}

internal sealed record IssuerClient(SeedTenantApp App, ClientProof Proof)
{
    public string AppId => App.AppId;

    public string ProofText => ((int)Proof).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
