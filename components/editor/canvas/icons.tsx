/** The picture of a step: its function's own, else its kind's. A manifest names a lucide icon; these are known here. */
import {
  ArrowRight,
  AudioLines,
  Binary,
  Braces,
  Calculator,
  Calendar,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Crop,
  Database,
  Download,
  FileJson,
  FileOutput,
  FileText,
  FileType,
  Folder,
  GitFork,
  Globe,
  Hash,
  Hourglass,
  Image,
  ImageDown,
  ImageUp,
  Info,
  KeyRound,
  Languages,
  Link,
  List,
  ListChecks,
  type LucideIcon,
  Mail,
  Merge,
  Music,
  Play,
  QrCode,
  Repeat,
  RotateCw,
  Scaling,
  ScanText,
  Search,
  Send,
  Smile,
  Split,
  SquareFunction,
  Table,
  Tag,
  Type,
  Undo2,
  Upload,
  User,
  UserCheck,
  Zap,
} from 'lucide-react';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { MISSING_FUNCTION, type NodeKind, type WorkflowNode } from '@/lib/graph';
import { cn } from '../../ui/cn';

const KINDS: Record<NodeKind, LucideIcon> = {
  task: SquareFunction,
  pass: ArrowRight,
  choice: GitFork,
  wait: Clock,
  parallel: Split,
  map: Repeat,
  succeed: CircleCheck,
  fail: CircleX,
};

const NAMED: Record<string, LucideIcon> = {
  'audio-lines': AudioLines,
  binary: Binary,
  braces: Braces,
  calculator: Calculator,
  calendar: Calendar,
  crop: Crop,
  database: Database,
  download: Download,
  'file-json': FileJson,
  'file-output': FileOutput,
  'file-text': FileText,
  'file-type': FileType,
  folder: Folder,
  globe: Globe,
  hash: Hash,
  image: Image,
  'image-down': ImageDown,
  'image-up': ImageUp,
  info: Info,
  'key-round': KeyRound,
  languages: Languages,
  link: Link,
  list: List,
  mail: Mail,
  music: Music,
  play: Play,
  'qr-code': QrCode,
  scaling: Scaling,
  'scan-text': ScanText,
  search: Search,
  send: Send,
  smile: Smile,
  table: Table,
  tag: Tag,
  type: Type,
  upload: Upload,
  user: User,
  zap: Zap,
};
const CATEGORIES: Record<string, LucideIcon> = {
  images: Image,
  text: Type,
  data: Table,
  music: Music,
  files: Folder,
  documents: FileText,
  people: User,
  web: Globe,
};

export const functionIcon = (manifest: Pick<FunctionManifest, 'icon' | 'category'>): LucideIcon =>
  NAMED[manifest.icon ?? ''] ?? CATEGORIES[manifest.category] ?? SquareFunction;

const PATTERN_ICONS: Record<string, LucideIcon> = {
  retry: RotateCw,
  gather: Merge,
  loop: Repeat,
  'loop-on': ListChecks,
  approval: UserCheck,
  poll: Hourglass,
  saga: Undo2,
};
export const patternIcon = (id: string, kind: NodeKind): LucideIcon => PATTERN_ICONS[id] ?? KINDS[kind];

export const kindIcon = (kind: NodeKind): LucideIcon => KINDS[kind];

export const isMissing = (node: WorkflowNode): boolean => node.kind === 'task' && node.resource === MISSING_FUNCTION;

export function iconOf(node: WorkflowNode, manifest: FunctionManifest | undefined): LucideIcon {
  if (isMissing(node)) return CircleHelp;
  if (node.kind === 'task' && manifest) return functionIcon(manifest);
  return KINDS[node.kind];
}

/** The tile: its shape tells the kind (a choice stands on its corner, a wait is round), its hue only decorates. */
export function KindTile({ kind, icon: Icon, className }: { kind: NodeKind; icon: LucideIcon; className?: string }) {
  if (kind === 'choice') {
    return (
      <span data-kind={kind} aria-hidden className={cn('flex size-9 shrink-0 items-center justify-center', className)}>
        <span className="kind-tile flex size-[72%] rotate-45 items-center justify-center rounded-[5px]">
          <Icon className="size-[62%] -rotate-45" strokeWidth={2} />
        </span>
      </span>
    );
  }
  return (
    <span
      data-kind={kind}
      aria-hidden
      className={cn(
        'kind-tile flex size-9 shrink-0 items-center justify-center',
        kind === 'wait' || kind === 'succeed' || kind === 'fail' ? 'rounded-full' : 'rounded-lg',
        kind === 'map' &&
          'shadow-[2px_2px_0_-0.5px_var(--raised),2.5px_2.5px_0_0_color-mix(in_oklab,var(--k)_35%,var(--raised))]',
        className,
      )}
    >
      <Icon className="size-1/2" strokeWidth={2} />
    </span>
  );
}
