//! Words of the messages that families write to the access team: one table, filled once for each language. Kept to a reading grade of 7
//! or below; `words/family.rs` measures them with its own.

use crate::domain::family::message::{Fault, FileFault};
use crate::domain::language::Language;

/// Declares the table: texts, in which `{0}` stands for what `fill` puts there.
macro_rules! table {
    ($($name:ident,)+) => {
        /// The words of one language.
        pub(crate) struct Messages {
            $(pub(crate) $name: &'static str,)+
        }
        impl Messages {
            /// Every text with its name.
            #[cfg(test)]
            pub(super) fn texts(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)+]
            }
        }
    };
}

table! {
    title, lead, private, emergency, not_urgent, answered_in, none, new, new_answer, answer_by, answered, ended_row, subject,
    subject_hint, text, text_hint, file, file_hint, send, you, team, open_file, reply, all, ended, not_sent, done_sent, slowed,
    subject_missing, subject_long, text_missing, text_long, file_kind, file_bytes, file_pixels, file_broken, file_more, file_found,
    file_unchecked, file_beyond, file_often, earlier, latest,
}

/// The table of `language`.
pub(crate) const fn of(language: Language) -> &'static Messages {
    match language {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
    }
}

/// The field that `fault` is about, and what to do.
pub(crate) const fn fault(words: &Messages, fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::SubjectMissing => ("subject", words.subject_missing),
        Fault::SubjectTooLong => ("subject", words.subject_long),
        Fault::TextMissing => ("text", words.text_missing),
        Fault::TextTooLong => ("text", words.text_long),
        Fault::File(FileFault::Kind) => ("file", words.file_kind),
        Fault::File(FileFault::Bytes) => ("file", words.file_bytes),
        Fault::File(FileFault::Pixels) => ("file", words.file_pixels),
        Fault::File(FileFault::Broken) => ("file", words.file_broken),
        Fault::File(FileFault::More) => ("file", words.file_more),
        Fault::File(FileFault::Found) => ("file", words.file_found),
        Fault::File(FileFault::Unchecked) => ("file", words.file_unchecked),
        Fault::File(FileFault::Beyond) => ("file", words.file_beyond),
        Fault::File(FileFault::Often) => ("file", words.file_often),
    }
}

static ENGLISH: Messages = Messages {
    title: "Messages",
    lead: "Write to the team that runs this portal. It can help with access to the chart of {0}, and with your account.",
    private: "Only you and our team can read your messages. No one else in your family can.",
    emergency: "In an emergency, call 911.",
    not_urgent: "Do not write here about anything urgent.",
    answered_in: "We answer within 2 business days.",
    none: "You have not written to us yet.",
    new: "Write a message",
    new_answer: "New answer",
    answer_by: "We answer by {0}",
    answered: "Answered",
    ended_row: "About someone you no longer act for here",
    subject: "Subject",
    subject_hint: "At most 120 characters.",
    text: "Your message",
    text_hint: "At most 10,000 characters.",
    file: "Add one file, if you like",
    file_hint: "One PNG, JPEG or PDF file of at most 5 MB. If we ask you to mend the form, choose the file again.",
    send: "Send",
    you: "You",
    team: "Our team",
    open_file: "Open the file",
    reply: "Write back",
    all: "All messages",
    ended: "You no longer act for this person here. You can read what was written, but you cannot send more. If this is wrong, call us:",
    not_sent: "You wrote this. We did not send it:",
    done_sent: "We have your message. We will mail you when there is an answer.",
    slowed: "You sent 20 messages in one day. You can send the next one from {0}. If you cannot wait, call us:",
    subject_missing: "Write what it is about",
    subject_long: "Use at most 120 characters for the subject",
    text_missing: "Write your message",
    text_long: "Use at most 10,000 characters, or send two messages",
    file_kind: "This is not a PNG, JPEG or PDF file. Choose one, or send without a file",
    file_bytes: "This file is larger than 5 MB. Choose a smaller one, or send without a file",
    file_pixels: "This picture is too large: at most about 5000 by 3000 dots. Choose a smaller one, or send without a file",
    file_broken: "We cannot read this file to its end. Save it once more, or send without a file",
    file_more: "This file holds something else after the picture. Take a new picture, or send without a file",
    file_found: "Our virus check found something in this file. Send without it, and call us if you need help",
    file_unchecked: "We cannot check this file for viruses now. Try again later, or send without a file",
    file_beyond: "This file is too large for our virus check. Send a smaller file, or send without a file",
    file_often: "You tried many files in a short time. Wait a few minutes, or send without a file",
    earlier: "Earlier messages",
    latest: "Latest messages",
};

static SPANISH: Messages = Messages {
    title: "Mensajes",
    lead: "Escriba al equipo que lleva este portal. Le ayuda con el acceso al expediente de {0} y con su cuenta.",
    private: "Solo usted y nuestro equipo pueden leer sus mensajes. Nadie más de su familia puede.",
    emergency: "En una emergencia, llame al 911.",
    not_urgent: "No escriba aquí nada urgente.",
    answered_in: "Respondemos en 2 días hábiles.",
    none: "Aún no nos ha escrito.",
    new: "Escribir un mensaje",
    new_answer: "Respuesta nueva",
    answer_by: "Respondemos a más tardar el {0}",
    answered: "Con respuesta",
    ended_row: "Sobre alguien por quien ya no actúa aquí",
    subject: "Asunto",
    subject_hint: "120 caracteres como máximo.",
    text: "Su mensaje",
    text_hint: "10,000 caracteres como máximo.",
    file: "Agregue un archivo, si quiere",
    file_hint: "Un archivo PNG, JPEG o PDF de 5 MB como máximo. Si le pedimos corregir algo, elija el archivo otra vez.",
    send: "Enviar",
    you: "Usted",
    team: "Nuestro equipo",
    open_file: "Abrir el archivo",
    reply: "Responder",
    all: "Todos los mensajes",
    ended: "Usted ya no actúa aquí por esta persona. Puede leer lo escrito, pero ya no puede enviar más. Si esto es un error, llámenos:",
    not_sent: "Usted escribió esto. No se envió:",
    done_sent: "Tenemos su mensaje. Le avisaremos por correo cuando haya respuesta.",
    slowed: "Usted envió 20 mensajes en un día. Puede enviar el próximo desde: {0}. Si no puede esperar, llámenos:",
    subject_missing: "Escriba de qué se trata",
    subject_long: "Use 120 caracteres como máximo para el asunto",
    text_missing: "Escriba su mensaje",
    text_long: "Use 10,000 caracteres como máximo, o envíe dos mensajes",
    file_kind: "Esto no es un archivo PNG, JPEG ni PDF. Elija uno, o envíe sin archivo",
    file_bytes: "Este archivo pasa de 5 MB. Elija uno más chico, o envíe sin archivo",
    file_pixels: "Esta foto es muy grande: como máximo unos 5000 por 3000 puntos. Elija una más chica, o envíe sin archivo",
    file_broken: "No podemos leer este archivo hasta el final. Guárdelo otra vez, o envíe sin archivo",
    file_more: "Este archivo lleva algo más después de la foto. Tome otra foto, o envíe sin archivo",
    file_found: "La revisión de virus halló algo en este archivo. Envíe sin él, y llámenos si necesita ayuda",
    file_unchecked: "Ahora no podemos revisar si este archivo trae virus. Intente más tarde, o envíe sin archivo",
    file_beyond: "Este archivo es muy grande para la revisión de virus. Envíe un archivo más chico, o envíe sin archivo",
    file_often: "Usted probó muchos archivos en poco tiempo. Espere unos minutos, o envíe sin archivo",
    earlier: "Mensajes anteriores",
    latest: "Mensajes más recientes",
};
