namespace Tributary.Auth.DevIssuer;

/// <summary>The ids that the documentation and the first-run hints use. Any other GUID works as well.</summary>
internal static class DevDefaults
{
    public const string TenantId = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";

    public const string AppId = "d310d35d-72ec-47dd-92f2-fb9c40936555";

    public const string ServerUrl = "http://localhost:5080";
}
