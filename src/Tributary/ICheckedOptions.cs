namespace Tributary;

/// <summary>Options that know what they may be, so that a wrong setting stops the start instead of surprising a request.</summary>
internal interface ICheckedOptions
{
    /// <summary>A sentence for each value that is wrong: the setting's full name, the value, and what is allowed.</summary>
    IEnumerable<string> Problems();
}
