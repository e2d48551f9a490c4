/** What a file is, for people: which group it belongs to, by its media type. Pure. */

export type FileKind = 'pictures' | 'sound' | 'documents' | 'data' | 'others';
export const FILE_KINDS = ['pictures', 'documents', 'data', 'sound', 'others'] as const satisfies FileKind[];

export function kindOf({ mediaType }: { mediaType: string }): FileKind {
  if (mediaType.startsWith('image/')) return 'pictures';
  if (/^(audio|video)\//.test(mediaType)) return 'sound';
  if (/csv|tab-separated|excel|spreadsheet|json|xml|yaml/.test(mediaType)) return 'data';
  if (/pdf|^text\/|word|presentation/.test(mediaType)) return 'documents';
  return 'others';
}
