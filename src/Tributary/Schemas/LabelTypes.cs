namespace Tributary.Schemas;

/// <summary>
/// Which property types a label may stand on (S12; external-connectors 4.7 and 4.9).
/// </summary>
/// <remarks>
/// The documentation asks for "the same data type" and gives a table for people labels only, so those are exact. For the others a label asks for a
/// <em>kind</em> of value: text, number, date or person. Within a kind, one value or several is left open, and where published samples or common sense
/// differ (a numeric id, a person as principal) both kinds are taken. What is left to refuse is nonsense, such as a date label on a Boolean.
/// </remarks>
internal static class LabelTypes
{
    private static readonly PropertyType[] Text = [PropertyType.String, PropertyType.StringCollection];
    private static readonly PropertyType[] Number = [PropertyType.Int64, PropertyType.Double, PropertyType.Int64Collection, PropertyType.DoubleCollection];
    private static readonly PropertyType[] Date = [PropertyType.DateTime, PropertyType.DateTimeCollection];
    private static readonly PropertyType[] TextOrNumber = [.. Text, .. Number];
    private static readonly PropertyType[] TextOrPerson = [.. Text, PropertyType.Principal, PropertyType.PrincipalCollection];
    private static readonly PropertyType[] OneString = [PropertyType.String];
    private static readonly PropertyType[] StringCollection = [PropertyType.StringCollection];

    /// <summary>The types that <paramref name="label"/> may stand on; none for the sentinel and for labels that are not supported yet.</summary>
    public static IReadOnlyList<PropertyType> Of(Label label) => label switch
    {
        Label.Title or Label.Url or Label.FileName or Label.FileExtension or Label.ContainerName or Label.ContainerUrl or Label.IconUrl or Label.ParentUrl
            or Label.SprintName or Label.Tags or Label.State or Label.ItemPath or Label.ItemType => Text,

        // Ids, ranks and grades are numbers in many sources. The documentation's example schema itself has an Int64 'priority'.
        Label.ItemParentId or Label.SecondaryId or Label.Priority or Label.PriorityNormalized or Label.Severity => TextOrNumber,
        Label.NumberOfReactions => Number,
        Label.CreatedDateTime or Label.LastModifiedDateTime or Label.ClosedDate or Label.DueDate => Date,
        Label.CreatedBy or Label.LastModifiedBy or Label.Authors or Label.AssignedToPeople or Label.ClosedBy or Label.ReportedBy => TextOrPerson,
        Label.PersonAccount or Label.PersonCurrentPosition or Label.PersonName or Label.PersonNote or Label.PersonWebSite => OneString,
        Label.PersonAddresses or Label.PersonAnniversaries or Label.PersonAwards or Label.PersonCertifications or Label.PersonEducationalActivities
            or Label.PersonEmails or Label.PersonInterests or Label.PersonLanguages or Label.PersonPatents or Label.PersonPhones
            or Label.PersonPublications or Label.PersonProjects or Label.PersonSkills or Label.PersonWebAccounts
            or Label.PersonWorkPositions => StringCollection,
        _ => [],
    };

    /// <summary>Whether the label describes a profile of a people connection (external-connectors 4.9).</summary>
    public static bool IsPerson(this Label label) => label is >= Label.PersonEmails and <= Label.PersonWorkPositions;

    /// <summary>Members of the enum that the documentation of people connections calls not yet supported.</summary>
    public static bool IsNotYetSupported(this Label label) =>
        label is Label.PersonAssistants or Label.PersonColleagues or Label.PersonManager or Label.PersonAlternateContacts or Label.PersonEmergencyContacts;
}
