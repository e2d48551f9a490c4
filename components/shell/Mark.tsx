/** The product's mark: a wish (a dot) that branches into steps. */
export function Mark({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden="true">
      <rect x="1" y="1" width="22" height="22" rx="6.5" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="1.8" strokeLinecap="round">
        <path d="M7.2 12h3.2c2.6 0 1.8-4.4 5-4.4M10.4 12c2.6 0 1.8 4.4 5 4.4" />
      </g>
      <g fill="var(--on-accent)">
        <circle cx="6.6" cy="12" r="2.1" />
        <circle cx="17" cy="7.6" r="1.9" />
        <circle cx="17" cy="16.4" r="1.9" />
      </g>
    </svg>
  );
}
