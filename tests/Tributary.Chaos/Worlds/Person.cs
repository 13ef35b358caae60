namespace Tributary.Chaos.Worlds;

/// <summary>A user of the seed file, whose groups in the directory never change: what changes is in the store under test.</summary>
/// <param name="Name">User principal name.</param>
/// <param name="Id">Object id.</param>
/// <param name="IsGuest">Whether <c>everyoneExceptGuests</c> leaves him out.</param>
/// <param name="Groups">Object ids of the directory's groups that he is in.</param>
internal sealed record Person(string Name, string Id, bool IsGuest, IReadOnlyList<string> Groups);
