namespace Tributary.ConformanceTests.Hosting;

/// <summary>
/// Programs that a test needs beside the .NET SDK. A newcomer's machine may lack them: there the test is skipped and says why. Where CI runs they must be there,
/// so that the gate proves what it claims.
/// </summary>
internal static class Tools
{
    public static void AreMissing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
