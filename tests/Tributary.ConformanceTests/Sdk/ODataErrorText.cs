using Microsoft.Graph.Models.ODataErrors;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>The two members of an inner error that its model does not declare.</summary>
internal static class ODataErrorText
{
    public static string? InnerCode(this ODataError error) => Member(error, "code");

    public static string Reason(this ODataError error) => Member(error, "message") ?? "";

    private static string? Member(ODataError error, string name) =>
        error.Error!.InnerError!.AdditionalData.TryGetValue(name, out object? value) ? value as string : null;
}
